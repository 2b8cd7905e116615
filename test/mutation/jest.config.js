import { shared } from '../../jest.config.js';

/** The tests that are to notice a mutant: those of the part that is mutated, and no others. */
export default {
  ...shared,
  rootDir: '../..',
  testMatch: [`<rootDir>/test/functions/${process.env.MUTATION_TESTS}.test.ts`],
};
