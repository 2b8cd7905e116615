/** A way in which a command ends. */
interface ExitCode {
  readonly code: number;
  /** Its meaning, as docs/cli.md has it. */
  readonly meaning: string;
}

/** Every way in which a command ends. docs/cli.md has the same table. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'The command did its work, and nothing is wrong.' },
  wrong: { code: 1, meaning: 'The command found something wrong, or the service answered with an error.' },
  usage: { code: 2, meaning: 'The command line is wrong. The error says what is allowed.' },
  'not-found': { code: 3, meaning: 'The customer, or the entry, is not found.' },
  unreachable: { code: 4, meaning: 'Lookaside does not answer at the address, or AWS does not answer.' },
  'not-allowed': {
    code: 5,
    meaning: 'The API key, signature, AWS identity or region is missing or refused.',
  },
  internal: { code: 70, meaning: 'The command line itself failed. LOOKASIDE_DEBUG=1 shows where.' },
  interrupted: { code: 130, meaning: 'Ctrl-C ended the command.' },
} as const satisfies Readonly<Record<string, ExitCode>>;

/** The name of an exit code. */
export type Exit = keyof typeof EXIT_CODES;

/** Ends a command: says why it could not do its work, and what to do about it. Holds no personal data. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: Exit;

  constructor(exit: Exclude<Exit, 'ok' | 'internal'>, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}

/** Ends a command with its usage line: the typed text is not allowed. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError' as 'CommandError';

  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options);
  }
}
