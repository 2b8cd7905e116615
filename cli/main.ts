/** The command line as a process: `npx lookaside <command>`. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { onStopSignal } from '../local/stop-signal.ts';
import { terminalOf } from '../local/terminal.ts';
import { COMMANDS } from './commands.ts';
import { streamFor } from './dumb-terminal.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { realTicking } from './progress.ts';
import { run } from './run.ts';
import { inputReader } from './standard-input.ts';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
const interrupted = new AbortController();
onStopSignal(() => interrupted.abort());

process.stdout.on('error', ({ code = 'no code' }: NodeJS.ErrnoException) => {
  // A reader that stops early, such as `| head`, has read enough.
  if (code === 'EPIPE') process.exit(EXIT_CODES.ok.code);
  process.stderr.write(
    `error: the output cannot be written (${code}). Look at the file or the program that reads it.\n`,
  );
  process.exit(EXIT_CODES.internal.code);
});

process.exitCode = await run(process.argv.slice(2), COMMANDS, {
  environment: { ...process.env },
  stdout: streamFor(process.stdout, process.env),
  stderr: streamFor(process.stderr, process.env),
  hasColour: terminalOf(process.stdout, process.env).hasColour,
  canAsk: process.stdin.isTTY === true,
  signal: interrupted.signal,
  ticking: realTicking,
  version,
  readInput: inputReader(process.stdin, process.stderr),
  now: () => Date.now(),
  sleep: (ms) => sleep(ms, undefined, { signal: interrupted.signal }),
});

// A request that no server has answered yet would keep the process alive.
if (interrupted.signal.aborted) process.exit();
