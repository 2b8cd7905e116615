import { StartError } from './start-error.ts';

/** How `npm start` gets its settings. */
export const START_USAGE =
  'Usage: npm start takes no option. Its settings are in the environment, such as PORT=3001 npm start; docs/settings.md lists them.';

/** The options that ask for the usage. */
const HELP = new Set(['--help', '-h']);

/**
 * Reads the command line of `npm start`. An ignored option would leave the user with a service on another port.
 * @param args without the program's own name
 * @throws {StartError} if there is an option other than --help
 */
export function readStartArguments(args: readonly string[]): 'help' | 'start' {
  if (args.length === 0) return 'start';
  if (args.every((arg) => HELP.has(arg))) return 'help';
  throw new StartError(START_USAGE);
}
