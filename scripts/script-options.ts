import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ readonly options: T; readonly args: string[] }>
>['values'];

/** The code with which a script ends if its command line is wrong. */
const WRONG = 2;

/**
 * Reads the options of an npm script. With `--help` it prints the usage and ends the process. A wrong option ends it too,
 * with 2: an option that is ignored leaves the user with a run of minutes that did something else. From now on the
 * process also ends, without an error, when the reader of its output is gone, such as `head`.
 *
 * @param script the name of the npm script
 * @param options the options, as `parseArgs` takes them. Default: none
 * @param usage the usage. Default: the names of the options
 */
export function scriptOptions<const T extends Options = Record<never, never>>(
  script: string,
  options = {} as T,
  usage = usageOf(script, options),
): Values<T> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse(error.message, usage);
  }
}

/** Ends the process, because its command line is wrong. */
export function refuse(problem: string, usage: string): never {
  process.stderr.write(`${problem}\n${usage}\n`);
  process.exit(WRONG);
}

/** The names of a script's options. */
export function usageOf(script: string, options: Options): string {
  const shown = Object.entries(options).map(([name, { type }]) => `[--${name}${type === 'string' ? ' VALUE' : ''}]`);
  return shown.length === 0
    ? `Usage: npm run ${script} takes no option.`
    : `Usage: npm run ${script} -- ${shown.join(' ')}`;
}
