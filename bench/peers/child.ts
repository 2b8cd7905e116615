import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that runs beside the benchmark. */
export interface Child {
  /** The address that it printed. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Sent to a child of Node's that counts; it answers with a number. */
export const COUNT = 'count';

/** The program to start. */
export interface StartOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 60_000;

/** Starts a program and waits until it prints its address, or is otherwise found to answer. */
export async function startChild(
  { command, args, environment }: StartOptions,
  url: string | RegExp,
): Promise<Child & { readonly process: ChildProcess }> {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  child.once('exit', (code, signal) => {
    if (!isStopping)
      process.stderr.write(`${command} ${args.join(' ')} ended (${code ?? signal}): ${output.slice(-2000)}\n`);
  });
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const address = typeof url === 'string' ? url : url.exec(output)?.[1];
    if (address !== undefined && (await isAnswering(address))) return { url: address, stop, process: child };
    await new Promise((turned) => setTimeout(turned, 50));
  }
  await stop();
  throw new Error(`${command} ${args.join(' ')} did not start: ${output.slice(-2000)}`);
}

async function isAnswering(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );
}
