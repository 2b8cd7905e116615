import { wordsFor } from '../functions/smoke/given-text.ts';
import type { Command, Context, Parameter, Texts } from './command.ts';
import { CommandError, EXIT_CODES, type Exit, UsageError } from './exit-codes.ts';
import { createOutput, type Output, type Stream } from './output.ts';
import { flagOf, type Parsed, parse, usageOf } from './parser.ts';
import { createProgress, type Ticking } from './progress.ts';

/** The process of a command. */
export interface World extends Omit<Context, 'output' | 'progress'> {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly hasColour: boolean;
  readonly ticking: Ticking;
  /** The version of the command line. */
  readonly version: string;
}

/**
 * Runs a command line. Whatever happens, its output is text, never a stack trace.
 * @param args without the program's own name
 * @returns the process's exit code
 */
export async function run(args: readonly string[], commands: readonly Command[], world: World): Promise<number> {
  const { isTTY, columns } = world.stdout;
  // Some terminals do not say how wide they are: they say 0.
  const parsed = parse(args, commands, world.version, isTTY && columns ? columns : undefined);
  switch (parsed.kind) {
    case 'shown':
      world.stdout.write(parsed.text);
      return EXIT_CODES.ok.code;
    case 'wrong': {
      const output = createOutput(world.stdout, { isJson: args.includes('--json'), hasColour: world.hasColour });
      sayError('usage', parsed.message, parsed.command, output, world);
      return EXIT_CODES.usage.code;
    }
    case 'command':
      return EXIT_CODES[await runCommand(parsed, world)].code;
  }
}

async function runCommand(
  { command, isJson, texts }: Extract<Parsed, { kind: 'command' }>,
  world: World,
): Promise<Exit> {
  const { stdout, stderr, hasColour, ticking, version: _, ...rest } = world;
  const output = createOutput(stdout, { isJson, hasColour });
  const progress = createProgress(stderr, ticking, { isQuiet: isJson });
  const interruption = whenAborted(world.signal);
  try {
    const running = command.run(read(command, texts, world), { ...rest, output, progress });
    return await Promise.race([running, interruption.ended]);
  } catch (error) {
    if (world.signal.aborted) progress.stop();
    return explain(error, command, output, world);
  } finally {
    interruption.forget();
  }
}

/** Rejects when the signal is aborted: a command ends then, also while it waits for a server that does not answer. */
function whenAborted(signal: AbortSignal): { readonly ended: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  // The signal may be aborted before or after the race.
  promise.catch(() => undefined);
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return { ended: promise, forget: () => signal.removeEventListener('abort', abort) };
}

/**
 * Reads the texts of a command's parameters. An empty text is never meant: it comes from a shell's variable or command
 * that gave nothing.
 * @throws {UsageError} if one is not allowed, which does not repeat a secret one, or if they do not fit together
 */
export function read(
  command: Pick<Command, 'arguments' | 'options' | 'rules'>,
  texts: Texts,
  { environment }: Pick<Context, 'environment'>,
): Readonly<Record<string, unknown>> {
  const readOne = (shown: string, name: string, parameter: Parameter<unknown>): [string, unknown] => {
    if (texts[name] === '') {
      throw new UsageError(`${shown} is empty; give the value. In a shell, look at the command that reads it.`);
    }
    const fromEnvironment = parameter.environment && (environment[parameter.environment]?.trim() || undefined);
    const given = texts[name] ?? fromEnvironment;
    const value = parameter.read(given);
    if (value !== null) return [name, value];
    const where = texts[name] === undefined && given !== undefined ? parameter.environment : shown;
    if (given === undefined) throw new UsageError(`${where} is missing${orFrom(parameter)}.`);
    const words = parameter.isSecret ? 'wrong (its value is a secret)' : wordsFor(given);
    throw new UsageError(`${where} is ${words}; allowed is ${parameter.allowed ?? 'something else'}.`);
  };
  const values = Object.fromEntries([
    ...Object.entries(command.arguments).map(([name, each]) => readOne(each.value ?? name, name, each)),
    ...Object.entries(command.options).map(([name, each]) => readOne(`--${flagOf(name)}`, name, each)),
  ]);
  for (const rule of command.rules ?? []) {
    const problem = rule(texts);
    if (problem !== undefined) throw new UsageError(problem);
  }
  return values;
}

function orFrom({ environment }: Parameter<unknown>): string {
  return environment === undefined ? '' : ` (it may also come from the environment, as ${environment})`;
}

function explain(error: unknown, command: Command, output: Output, world: World): Exit {
  const { stderr, environment, signal } = world;
  if (signal.aborted) return 'interrupted';
  const isExpected = error instanceof CommandError;
  const exit = isExpected ? error.exit : 'internal';
  const message = isExpected
    ? error.message
    : `the command line itself failed (${nameOf(error)}). LOOKASIDE_DEBUG=1 shows where.`;
  sayError(exit, message, command, output, world);
  if (!isExpected && environment.LOOKASIDE_DEBUG) stderr.write(`${(error as Error)?.stack ?? error}\n`);
  return exit;
}

/**
 * Writes an error as JSON on standard output with `--json`, else as text on standard error; after a wrong command line
 * with its usage.
 */
function sayError(
  exit: Exit,
  message: string,
  command: Command | undefined,
  output: Output,
  { stderr }: Pick<World, 'stderr'>,
): void {
  if (output.isJson) output.say({ json: { error: { exit, message } }, lines: [] });
  else stderr.write(`error: ${message}\n${exit === 'usage' ? `${usageOf(command)}\n` : ''}`);
}

/** Only an error's name: its message may hold the typed text. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
