import type { Environment } from '../functions/settings/settings.ts';
import type { Exit } from './exit-codes.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';

/** An option or an argument of a command, as data. */
export interface Parameter<T> {
  /** What it is for. */
  readonly help: string;
  /** What stands for its value in the usage line, such as `ADDRESS`. Undefined: it is a flag, without a value. */
  readonly value: string | undefined;
  /** The variable that is read if the parameter is not given. */
  readonly environment?: string | undefined;
  /** The text that stands for an absent parameter, as the help shows it. */
  readonly default?: string | undefined;
  /** The values that are allowed, to complete the sentence "…; allowed is". */
  readonly allowed?: string | undefined;
  /** Whether the command cannot do without it. */
  readonly isRequired?: boolean;
  /** Whether its value is never repeated. */
  readonly isSecret?: boolean;
  /**
   * Reads the text that was given.
   *
   * @param text undefined: the parameter is absent; 'true': the flag is set
   * @returns null: the text is not allowed
   */
  readonly read: (text: string | undefined) => T | null;
}

/** Parameters by their names in the code: `webhookSecret` is `--webhook-secret`. */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** The values of the command line. */
export type Given<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never;
};

/** What a command has of the world. */
export interface Context {
  readonly environment: Environment;
  readonly output: Output;
  readonly progress: Progress;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  /** Whether the command may ask questions at a terminal. */
  readonly canAsk: boolean;
  /** All of standard input. */
  readInput(): Promise<string>;
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** A sample command line, and what it does. */
export interface Example {
  /** Without `npx lookaside`: `lookup mobile=919876543210`. */
  readonly line: string;
  readonly does: string;
}

export interface CommandDefinition<A extends Parameters, O extends Parameters> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What else there is to know. */
  readonly description?: string;
  /** In their order on the command line. */
  readonly arguments: A;
  /** Every command has `--json` and `--help` besides. */
  readonly options: O;
  readonly examples: readonly Example[];
  /**
   * Does it.
   *
   * @returns how it ended
   * @throws {CommandError} if it cannot be done, with the reason and what to do
   */
  run(given: Given<A> & Given<O>, context: Context): Promise<Exit>;
}

/** A command, as the table of commands has it. */
export type Command = Omit<CommandDefinition<Parameters, Parameters>, 'run'> & {
  run(given: Readonly<Record<string, unknown>>, context: Context): Promise<Exit>;
};

/** Makes a command of its definition. The parser gives `run` what `read` of each parameter returned. */
export function defineCommand<A extends Parameters, O extends Parameters>(
  definition: CommandDefinition<A, O>,
): Command {
  return {
    ...definition,
    run: (given, context) => definition.run(given as Given<A> & Given<O>, context),
  };
}
