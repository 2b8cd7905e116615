import { text } from 'node:stream/consumers';
import type { Stream } from './output.ts';

/** The words for a person at a terminal: without them the command seems to hang. */
const HOW = 'Type the input, and end it with Enter and Ctrl-D.\n';

/**
 * Makes the reader of all of standard input.
 * @param stderr where a person at a terminal reads what to do
 */
export function inputReader(
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined },
  stderr: Stream,
): () => Promise<string> {
  return () => {
    if (stdin.isTTY === true) stderr.write(HOW);
    return text(stdin);
  };
}
