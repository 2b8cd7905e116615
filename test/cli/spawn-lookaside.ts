import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Ended } from './run-command-line.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a command line is started with. */
export interface Spawned {
  /** Standard input. */
  readonly input: string;
  /** All of its environment but the path, and the folder of this user. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs `npx lookaside …` as npm links it, as a process of its own. */
export async function spawnLookaside(args: readonly string[], { input, environment }: Spawned): Promise<Ended> {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/.bin/lookaside'), ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      // What was compiled once is not compiled again.
      NODE_COMPILE_CACHE: `${ROOT}.cache/node`,
      ...environment,
    },
  });
  child.stdin.end(input);
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { exitCode: exitCode ?? -1, stdout, stderr };
}
