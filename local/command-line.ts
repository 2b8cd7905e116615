import { StartError } from './start-error.ts';

/** How `npm start` gets its settings. */
export const START_USAGE =
  'Usage: npm start takes no option. Its settings are in the environment, such as PORT=3001 npm start; docs/settings.md lists them.';

const HELP: ReadonlySet<string> = new Set(['--help', '-h']);

/** Whether a command line only asks for the usage. @param args without the program's own name */
export function asksForHelp(args: readonly string[]): boolean {
  return args.length > 0 && args.every((arg) => HELP.has(arg));
}

/**
 * Reads the command line of `npm start`. An ignored option would leave the user with a service on another port.
 * @param args without the program's own name
 * @throws {StartError} if there is an option other than --help
 */
export function readStartArguments(args: readonly string[]): 'help' | 'start' {
  if (args.length === 0) return 'start';
  if (asksForHelp(args)) return 'help';
  throw new StartError(START_USAGE);
}
