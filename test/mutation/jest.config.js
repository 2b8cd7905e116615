import { shared } from '../../jest.config.js';

/** The tests that are to notice a mutant: those of the part that is mutated, and no others. */
export default {
  ...shared,
  rootDir: '../..',
  // Jest walks through these folders for each mutant.
  roots: ['<rootDir>/test/functions'],
  // A change may let a test wait for ever. Without a change, each test takes milliseconds.
  testTimeout: 15_000,
  testMatch: [`<rootDir>/test/functions/${process.env.MUTATION_TESTS}.test.ts`],
};
