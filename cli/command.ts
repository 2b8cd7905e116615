import type { Environment } from '../functions/settings/settings.ts';
import type { Exit } from './exit-codes.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';

/** An option or an argument of a command, as data. */
export interface Parameter<T> {
  /** Its purpose. */
  readonly help: string;
  /** The name of its value in the usage line, such as `ADDRESS`. Undefined: it is a flag, without a value. */
  readonly value: string | undefined;
  /** The environment variable that counts if the parameter is not given. */
  readonly environment?: string | undefined;
  /** The value of an absent parameter, as the help shows it. */
  readonly default?: string | undefined;
  /** The allowed values, to complete the sentence "…; allowed is". */
  readonly allowed?: string | undefined;
  /** Whether the command needs it. */
  readonly isRequired?: boolean;
  /** Whether its value is secret: no message repeats it. */
  readonly isSecret?: boolean;
  /**
   * Reads the given text.
   * @param text undefined: the parameter is absent; 'true': the flag is set
   * @returns null: the text is not allowed
   */
  readonly read: (text: string | undefined) => T | null;
}

/** Parameters by their names in the code: `webhookSecret` is `--webhook-secret`. */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** The texts of a command line, by the parameters' names. Those of the environment are not among them. */
export type Texts = Readonly<Record<string, string | undefined>>;

/**
 * A rule about parameters that are given together. Without it an option could be without effect, and nobody would notice.
 * @returns why the texts do not fit together, which repeats no value; undefined: they do
 */
export type Rule = (texts: Texts) => string | undefined;

/** The values of the command line. */
export type Given<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never;
};

/** The parts of the world that a command uses. */
export interface Context {
  readonly environment: Environment;
  readonly output: Output;
  readonly progress: Progress;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Whether a person at a terminal can answer questions. */
  readonly canAsk: boolean;
  /** Reads all of standard input. */
  readInput(): Promise<string>;
  /** The time of day. Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** A sample command line, and its effect. */
export interface Example {
  /** Without `npx lookaside`: `lookup mobile=919876543210`. */
  readonly line: string;
  readonly does: string;
}

/** A command, as data: its words, its parameters and what it does. */
export interface CommandDefinition<A extends Parameters, O extends Parameters> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Further facts about it. */
  readonly description?: string;
  /** In their order on the command line. */
  readonly arguments: A;
  /** Every command also has `--json` and `--help`. */
  readonly options: O;
  /** What must hold for parameters that are given together. Default: nothing. */
  readonly rules?: readonly Rule[];
  readonly examples: readonly Example[];
  /**
   * Runs it.
   * @returns how it ended
   * @throws {CommandError} if it cannot be done, with the reason and what to do
   */
  run(given: Given<A> & Given<O>, context: Context): Promise<Exit>;
}

/** A command, as the table of commands has it. */
export type Command = Omit<CommandDefinition<Parameters, Parameters>, 'run'> & {
  run(given: Readonly<Record<string, unknown>>, context: Context): Promise<Exit>;
};

/** Makes a command of its definition. The parser gives `run` the result of `read` for each parameter. */
export function defineCommand<A extends Parameters, O extends Parameters>(
  definition: CommandDefinition<A, O>,
): Command {
  return {
    ...definition,
    run: (given, context) => definition.run(given as Given<A> & Given<O>, context),
  };
}
