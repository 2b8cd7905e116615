import type { Stream } from './output.ts';

/**
 * The stream for a command's output. A terminal that calls itself `dumb`, such as the shell in Emacs, cannot move its
 * cursor: nothing is written anew there, as in a file.
 */
export function streamFor(stream: Stream, { TERM }: Readonly<Record<string, string | undefined>>): Stream {
  return TERM === 'dumb' ? { isTTY: false, write: (text) => stream.write(text) } : stream;
}
