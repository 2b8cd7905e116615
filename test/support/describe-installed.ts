import { describe, test } from '@jest/globals';
import { type Installable, install } from './installable.ts';

/**
 * Installs what a suite needs, and declares the suite's tests. If it cannot be installed, a test says so and is skipped;
 * in CI (CI=true) that is an error.
 * @param title the suite, as the run names it on standard error
 */
export async function describeInstalled(title: string, needed: Installable, declare: () => void): Promise<void> {
  const problem = await install(needed);
  if (problem === undefined) {
    process.stderr.write(`RUN: ${title} on ${needed.name}\n`);
    declare();
    return;
  }
  process.stderr.write(`SKIPPED: ${title} on ${needed.name}: ${problem}\n`);
  describe(`${title} on ${needed.name}`, () => {
    if (process.env.CI === 'true') {
      test('is not skipped in CI', () => {
        throw new Error(problem);
      });
    } else test.skip(`SKIPPED: ${problem}`, () => {});
  });
}
