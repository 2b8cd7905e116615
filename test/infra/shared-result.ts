import { existsSync, readFileSync } from 'node:fs';

/** The results that `share-results.ts` has made for all test files. */
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
