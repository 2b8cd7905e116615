import { pathToFileURL } from 'node:url';

/** The globs of the unit tests, from the project's root: those that Jest's configuration has. */
export async function unitTestGlobs(): Promise<readonly string[]> {
  // The address in a variable: the configuration is JavaScript, and has no types.
  const config = pathToFileURL('jest.config.js').href;
  return (await import(config)).UNIT_TESTS;
}
