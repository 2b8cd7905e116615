import { createHash } from 'node:crypto';

/** The queries with which a process imports test files: each run of a file has a query of its own. */
export class QueriesOfRuns {
  /** How often this process has run each test file. */
  readonly #runs = new Map<string, number>();

  /**
   * The query for the next run of a test file. That of the first run is the same in each process, so that Node finds the
   * code that an earlier process compiled.
   */
  next(file: string): string {
    const run = this.#runs.get(file) ?? 0;
    this.#runs.set(file, run + 1);
    const ofFile = createHash('sha256').update(file).digest().readUIntBE(0, 6);
    return run === 0 ? `?${ofFile}` : `?${ofFile}.${run}`;
  }
}
