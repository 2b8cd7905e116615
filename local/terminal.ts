import type { Terminal } from './observation/terminal-log.ts';

/** The output of this process, as a terminal. NO_COLOR turns colours off (no-color.org), FORCE_COLOR turns them on. */
export function terminalOf(
  output: { readonly isTTY?: boolean; write(text: string): unknown },
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTerminal = output.isTTY === true;
  const isForced = !['', '0', undefined].includes(environment.FORCE_COLOR);
  const isPlain = !!environment.NO_COLOR || environment.TERM === 'dumb';
  return { isTerminal, hasColour: isForced || (isTerminal && !isPlain), write: (line) => output.write(`${line}\n`) };
}
