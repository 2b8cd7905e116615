import {
  IDENTIFIER_NAMES,
  type IdentifierName,
  toListedIdentifierName,
} from '../functions/customer/identifier/identifier-name.ts';
import { INSTORE } from '../functions/customer/request/sources.ts';
import type { Context, Rule } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { required, textOr } from './parameters.ts';
import { suggestion } from './suggestion.ts';

/** An identifier, as the command line has it. */
export interface TypedIdentifier {
  readonly name: IdentifierName;
  readonly value: string;
}

/** The argument that names the customer of a command. */
export const IDENTIFIER = required({
  value: 'NAME=VALUE',
  help:
    `the identifier, such as mobile=919876543210; NAME is one of ${IDENTIFIER_NAMES.join(', ')}; with NAME=- the value is ` +
    "read from standard input, and stays out of the shell's history",
});

/** The source in which the identifier is registered. */
export const SOURCE = textOr(INSTORE, { value: 'SOURCE', help: 'where the identifier is registered' });

/** The rule that every source but INSTORE has accounts, so that an identifier is registered with one of them. */
export const sourceHasAccount: Rule = ({ api, source = INSTORE, accountId }) =>
  // v1.1 has no sources: the command says so.
  api === 'v1.1' || source === INSTORE || accountId !== undefined
    ? undefined
    : `--account-id is missing: it is required for every --source but ${INSTORE}.`;

/**
 * Reads an identifier. The messages never repeat its value.
 * @param alsoAllowed the names that the command allows besides those of identifiers
 * @throws {UsageError} if it is not one
 */
export async function readIdentifier(
  typed: string,
  { readInput }: Pick<Context, 'readInput'>,
  alsoAllowed: readonly string[] = [],
): Promise<TypedIdentifier> {
  const [, written, typedValue = ''] = /^([^=]*)=(.*)$/s.exec(typed) ?? [];
  const name = toListedIdentifierName(written ?? '');
  if (name === undefined) {
    const names = [...alsoAllowed, ...IDENTIFIER_NAMES];
    const problem =
      written === undefined
        ? 'the identifier is not NAME=VALUE, such as mobile=919876543210'
        : `the name before = is not that of an identifier${suggestion(written, names)}`;
    throw new UsageError(`${problem}; allowed names are ${names.join(', ')}.`);
  }
  const isPiped = typedValue === '-';
  const value = isPiped ? (await readInput()).replace(/\r?\n$/, '') : typedValue;
  if (value === '') throw new UsageError(`${name} has no value${isPiped ? ': standard input is empty' : ''}.`);
  return { name, value };
}
