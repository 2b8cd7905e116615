import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of this project, running as a process of its own. */
export interface Program {
  /** Its output so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Its exit code; null when a signal ended it. */
  readonly exit: Promise<number | null>;
  /** Waits until it has written this on standard output. */
  waitFor(text: RegExp): Promise<RegExpExecArray>;
  /**
   * Turns its wall clock and its monotonic clock forward, and waits until that is done: entries, pauses and an open
   * breaker age without a wait. Timers keep their pace. Milliseconds.
   */
  turnClock(ms: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Stops reading its standard output, as a reader such as `head` does when it ends. */
  closeStdout(): void;
}

/** How long a program may take to say something on a busy machine: less than a test may take in all. */
const PATIENCE_MS = 50_000;

/** The code that the program loads first: messages turn its clocks. */
const TURNABLE_CLOCK = `data:text/javascript,${encodeURIComponent(`
  const { syncBuiltinESMExports } = process.getBuiltinModule('node:module');
  const now = Date.now.bind(Date);
  const hrtime = process.hrtime.bind(process);
  let offsetMs = 0;
  Date.now = () => now() + offsetMs;
  const turned = () => {
    const [seconds, nanoseconds] = hrtime();
    return [seconds + Math.floor(offsetMs / 1000), nanoseconds + (offsetMs % 1000) * 1e6];
  };
  process.hrtime = Object.assign(turned, { bigint: process.hrtime.bigint });
  syncBuiltinESMExports();
  process.on('message', (ms) => {
    offsetMs += ms;
    process.send(ms);
  });
  process.channel?.unref();
`)}`;

/** Runs one of our own files as npm's scripts do, in an environment of these settings alone. */
export function run(file: string, args: readonly string[], settings: Readonly<Record<string, string>>): Program {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const child = spawn(process.execPath, [`--import=${TURNABLE_CLOCK}`, file, ...args], {
    cwd: root,
    // Compiled code is kept and not compiled again: a start costs half as much.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: `${root}.cache/node`, ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));

  return {
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    exit,
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = text.exec(stdout);
          if (found !== null) end(() => resolve(found));
        };
        const timer = setTimeout(() => end(() => reject(new Error(`no ${text} in time`))), PATIENCE_MS);
        const end = (settle: () => void) => {
          clearTimeout(timer);
          child.stdout?.off('data', look);
          settle();
        };
        child.stdout?.on('data', look);
        void exit.then((code) => end(() => reject(new Error(`it ended with ${code} before ${text}: ${stderr}`))));
        look();
      }),
    turnClock: async (ms) => {
      const turned = once(child, 'message');
      child.send(ms);
      await turned;
    },
    kill: (signal) => void child.kill(signal),
    closeStdout: () => void child.stdout?.destroy(),
  };
}
