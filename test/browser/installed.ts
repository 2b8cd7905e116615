import path from 'node:path';

/** Where `run.ts` puts what only the test in a browser needs. */
export const INSTALLED = path.resolve('.cache/browser');
