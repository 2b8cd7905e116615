import { Command as CommanderCommand, CommanderError, Option } from 'commander';
import type { Command, Parameter, Parameters, Texts } from './command.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { layItem, wrapped } from './help-layout.ts';
import { suggestion } from './suggestion.ts';

/** The words with which a user starts it. */
const PROGRAM_NAME = 'npx lookaside';

/** The columns of a help that no terminal shows. */
const DEFAULT_COLUMNS = 80;

/** The request in a command line. */
export type Parsed =
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly isJson: boolean;
      /** The given texts, by the parameters' names. */
      readonly texts: Texts;
    }
  /** Help, or the version: it is shown unchanged. */
  | { readonly kind: 'shown'; readonly text: string }
  /** The command line is wrong. */
  | { readonly kind: 'wrong'; readonly message: string; readonly command: Command | undefined };

/**
 * Reads a command line. commander suggests the right name for a misspelt option. citty ignores such an option, and cac
 * throws a stack trace.
 *
 * @param args without the program's own name
 * @param columns of the terminal. Default: 80
 */
export function parse(
  args: readonly string[],
  commands: readonly Command[],
  version: string,
  columns = DEFAULT_COLUMNS,
): Parsed {
  let parsed: Parsed | undefined;
  let text = '';
  const write = (written: string): void => {
    text += written;
  };
  const program = prepare(new CommanderCommand(PROGRAM_NAME), columns, write)
    .description('Looks customers up in Lookaside, looks into its cache, and checks it: on this machine and deployed.')
    .version(version, '-V, --version', 'show the version')
    .helpCommand('help [command]', 'show the help of a command')
    .usage('<command> [options]')
    .addHelpText('after', exitCodesHelp(columns))
    // Otherwise the parser reads a flag of a command as one of the program.
    .enablePositionalOptions();
  for (const command of commands) {
    program.addCommand(
      toCommander(command, columns, write).action((...values: unknown[]) => {
        const found = values.at(-1) as CommanderCommand;
        const { json = false, ...options } = found.opts<Record<string, unknown>>();
        const names = Object.keys(command.arguments);
        const given = names.map((name, index) => [name, values[index] as string | undefined] as const);
        const texts = Object.fromEntries(
          [...given, ...Object.entries(options)].map(([name, value]) => [name, toText(value)]),
        );
        parsed = { kind: 'command', command, isJson: json === true, texts };
      }),
    );
  }
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return toShownOrWrong(error, args, commands, text);
  }
  return parsed ?? { kind: 'wrong', message: 'no command is given.', command: undefined };
}

/** @param text what the parser has written */
function toShownOrWrong(
  error: CommanderError,
  args: readonly string[],
  commands: readonly Command[],
  text: string,
): Parsed {
  const [first = '', named = ''] = args;
  const command = commands.find(({ name }) => name === first);
  // The parser shows the help of the program for `lokup --help`, and suggests nothing for `LOOKUP`.
  const isMisspelt = command === undefined && first !== '' && first !== 'help' && !first.startsWith('-');
  if (isMisspelt) return { kind: 'wrong', message: unknownCommand(first, commands), command };
  if (error.exitCode === 0) return { kind: 'shown', text };
  if (error.code === 'commander.help') {
    const message = first === 'help' ? unknownCommand(named, commands) : 'no command is given.';
    return { kind: 'wrong', message, command: undefined };
  }
  const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  // It names the argument as the help does, and nothing from the command line.
  const isOurs = error.code === 'commander.missingArgument';
  const advice = error.code === 'commander.unknownOption' ? adviceOn(message, command, args, commands) : '';
  return { kind: 'wrong', message: `${isOurs ? message : withoutValues(message)}${advice}`, command };
}

/** What may be meant by an option that the parser does not know, although it is an option. */
function adviceOn(
  message: string,
  command: Command | undefined,
  args: readonly string[],
  commands: readonly Command[],
): string {
  if (command === undefined) {
    return commands.some(({ name }) => args.includes(name)) ? '; the options of a command stand behind its name' : '';
  }
  const [, typed] = /'--([a-z-]+)=/.exec(message) ?? [];
  const flags = [
    'json',
    ...entriesOf(command.options).flatMap(([name, { value }]) => (value === undefined ? flagOf(name) : [])),
  ];
  return typed !== undefined && flags.includes(typed) ? `; --${typed} takes no value` : '';
}

function unknownCommand(typed: string, commands: readonly Command[]): string {
  const meant = suggestion(
    typed,
    commands.map(({ name }) => name),
  );
  return withoutValues(`unknown command '${typed}'${meant}`);
}

const EXAMPLE_INDENT = 6;
const EXIT_CODE_INDENT = 6;

/** A word that is not a value: a command, or an option with its place holder. */
const WORD = /^-{0,2}[a-z-]+( <[A-Z_=]+>)?$/i;

/** The message without the text that stood in a wrong place: that text may be an identifier or a secret. */
function withoutValues(message: string): string {
  return message.replace(/'([^']*)'/g, (quoted, text) => (WORD.test(text) ? quoted : "'…'"));
}

/** The usage line of a command, or of the program. */
export function usageOf(command: Command | undefined): string {
  if (command === undefined)
    return `Usage: ${PROGRAM_NAME} <command> [options]\n${PROGRAM_NAME} --help lists the commands.`;
  const usage = `Usage: ${PROGRAM_NAME} ${command.name} ${toCommander(command, DEFAULT_COLUMNS, () => undefined).usage()}`;
  return `${usage}\n${PROGRAM_NAME} ${command.name} --help says more.`;
}

/** A parameter's name on the command line: `webhookSecret` is `webhook-secret`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function toCommander(command: Command, columns: number, write: (text: string) => void): CommanderCommand {
  const made = prepare(new CommanderCommand(command.name), columns, write)
    .summary(command.summary)
    .description([sentence(command.summary), command.description ?? ''].join('\n\n').trim())
    .allowExcessArguments(false);
  for (const [name, parameter] of Object.entries(command.arguments)) {
    const shown = parameter.value ?? flagOf(name);
    made.argument(parameter.isRequired ? `<${shown}>` : `[${shown}]`, describe(parameter));
  }
  for (const [name, parameter] of entriesOf(command.options)) {
    const value = parameter.value === undefined ? '' : ` <${parameter.value}>`;
    made.addOption(new Option(`--${flagOf(name)}${value}`, describe(parameter)));
  }
  // A line to copy stays whole.
  const examples = command.examples.map(
    ({ line, does }) => `  $ ${PROGRAM_NAME} ${line}\n${wrapped(does, columns, EXAMPLE_INDENT)}`,
  );
  return made
    .option('--json', 'print JSON, one document on a line')
    .addHelpText('after', ['', 'Examples:', ...examples, '', `Exit codes: ${PROGRAM_NAME} --help`].join('\n'));
}

/** A line of the list of commands, as a sentence. */
function sentence(summary: string): string {
  return `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`;
}

/** It returns its output instead of writing it, and throws instead of ending the process. */
function prepare(command: CommanderCommand, columns: number, write: (text: string) => void): CommanderCommand {
  return command
    .exitOverride()
    .configureHelp({
      helpWidth: columns,
      boxWrap: (text) =>
        text
          .split('\n')
          .map((line) => wrapped(line, columns))
          .join('\n'),
      formatItem: (term, termColumns, description) => layItem(term, termColumns, description, columns),
    })
    .showSuggestionAfterError(true)
    .helpOption('-h, --help', 'show this help')
    .configureOutput({ writeOut: write, writeErr: () => undefined, outputError: () => undefined });
}

function describe({ help, environment, default: standIn, allowed }: Parameter<unknown>): string {
  const notes = [
    ...(allowed === undefined ? [] : [`allowed: ${allowed}`]),
    ...(environment === undefined ? [] : [`or ${environment} in the environment`]),
    ...(standIn === undefined ? [] : [`default: ${standIn}`]),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`;
}

function entriesOf(parameters: Parameters): readonly (readonly [string, Parameter<unknown>])[] {
  return Object.entries(parameters);
}

function toText(value: unknown): string | undefined {
  return value === undefined || value === false ? undefined : String(value);
}

function exitCodesHelp(columns: number): string {
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => {
    const start = `  ${String(code)}`.padEnd(EXIT_CODE_INDENT);
    return start + wrapped(meaning, columns, EXIT_CODE_INDENT).trimStart();
  });
  return ['', 'Exit codes:', ...lines].join('\n');
}
