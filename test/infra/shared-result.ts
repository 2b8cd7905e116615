import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** The results that `share-results.ts` has made for all test files. `write-<result>.ts` makes each. */
export const SHARED_RESULTS = ['templates', 'findings'] as const;
export type SharedResult = (typeof SHARED_RESULTS)[number];

/** How long a test file waits for a result. On a busy machine the work takes minutes. */
const PATIENCE_MS = 600_000;
const POLL_MS = 50;

/** The environment variable that names a result's file. */
export function variableOf(result: SharedResult): string {
  return `SHARED_${result.toUpperCase()}`;
}

/** Where the error stands if a result cannot be made. */
export function failureFileOf(file: string): string {
  return `${file}.failure`;
}

/** Waits for the process that writes a result. It blocks: a test file needs the result before it can name its tests. */
export function readResult(result: SharedResult): unknown {
  const file = process.env[variableOf(result)] ?? '';
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    if (existsSync(failureFileOf(file))) {
      throw new Error(`The ${result} cannot be made. ${readFileSync(failureFileOf(file), 'utf8')}`);
    }
    Atomics.wait(sleeper, 0, 0, POLL_MS);
  }
  throw new Error(`The ${result} are not in ${file} after ${PATIENCE_MS / 1000} s.`);
}

/**
 * Writes a result to a file, or, if making it fails, the error beside the file.
 * @param make imports what it needs by itself, so that an error in any of these files is caught
 */
export async function writeResult(file: string, make: () => Promise<unknown>): Promise<void> {
  try {
    write(file, JSON.stringify(await make()));
  } catch (error) {
    write(failureFileOf(file), String(error));
  }
}

/** The file is written whole or not at all: a test may look for it at this moment. */
function write(file: string, text: string): void {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, text);
  renameSync(written, file);
}
