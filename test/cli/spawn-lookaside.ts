import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ended } from './run-command-line.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The start of a command line. */
export interface Spawned {
  /** Standard input. */
  readonly input: string;
  /** Its whole environment, except the path and the folder of this user. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A command line that is still running. */
export interface Running {
  /** Its standard output so far. */
  readonly stdout: string;
  readonly end: Promise<Ended>;
  /** Without a signal, as Ctrl-C does. */
  interrupt(signal?: 'SIGINT' | 'SIGTERM'): void;
}

/** Runs the file that `npx lookaside …` runs, as a process of its own, to its end. */
export function spawnLookaside(args: readonly string[], spawned: Spawned): Promise<Ended> {
  return startLookaside(args, spawned).end;
}

/** The same, while it runs. */
export function startLookaside(args: readonly string[], { input, environment }: Spawned): Running {
  const child = spawn(process.execPath, [join(ROOT, 'cli/lookaside.js'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  });
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return {
    get stdout() {
      return stdout;
    },
    end: new Promise((resolve) => child.once('close', (code) => resolve({ exitCode: code ?? -1, stdout, stderr }))),
    interrupt: (signal = 'SIGINT') => void child.kill(signal),
  };
}
