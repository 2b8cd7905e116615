import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The variables of ours that a program may see: none that could lead it to a real account. */
export function plainEnvironment(): Readonly<Record<string, string>> {
  const { PATH = '', LANG = 'C.UTF-8' } = process.env;
  return {
    PATH: `${process.cwd()}/node_modules/.bin:${PATH}`,
    LANG,
    NO_PROXY: '127.0.0.1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

export interface Finished {
  readonly exitCode: number | null;
  /** Its output, to standard output and standard error. */
  readonly output: string;
}

/** Runs a program to its end. */
export async function run(
  program: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
): Promise<Finished> {
  const child = spawn(program, parameters, { env: environment });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  // A program that reads nothing may have ended already: then its input does not matter.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  await once(child, 'close');
  return { exitCode: child.exitCode, output };
}

/** As `run`, for a program that must succeed. */
export async function runOrFail(...call: Parameters<typeof run>): Promise<string> {
  const { exitCode, output } = await run(...call);
  if (exitCode !== 0) {
    throw new Error(`${call[0]} ${call[1].join(' ')} ended with ${exitCode}:\n${output.slice(-4000)}`);
  }
  return output;
}

/** Ends a program of ours: first by a request, after ten seconds by force. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  child.kill('SIGTERM');
  await closed;
  clearTimeout(force);
}
