import type { IdentifierName } from '../identifier/identifier-name.ts';

/** The facts that hold for every parameter of a kind. */
interface KindFacts {
  /** The JSON types that a direct invocation takes, beside text. */
  readonly json: readonly JsonType[];
  readonly key: KeyPart;
  readonly upstream: Upstream;
}

/** The types of JSON that a parameter may have, beside text. */
export type JsonType = 'boolean' | 'number' | 'list';

/** How the value is part of the cache key. `hashed`: as a keyed hash, because it may be personal data. */
export type KeyPart = 'yes' | 'hashed' | 'no';

/**
 * Whether the value goes upstream, in its one spelling. `always …`: this value goes upstream in place of the caller's.
 */
export type Upstream = 'yes' | 'no' | `always ${string}`;

/** The kinds of parameters: how a value is read, and where it goes. */
export const KINDS = {
  /** The source in which an identifier is registered. */
  source: { json: [], key: 'hashed', upstream: 'yes' },
  /** The account of a source. */
  account: { json: [], key: 'hashed', upstream: 'yes' },
  identifierName: { json: [], key: 'hashed', upstream: 'yes' },
  identifier: { json: [], key: 'hashed', upstream: 'yes' },
  /** Words with commas between them. */
  list: { json: ['list'], key: 'yes', upstream: 'yes' },
  /** true or false. */
  flag: { json: ['boolean'], key: 'yes', upstream: 'yes' },
  /** true, false, 1 or 0. */
  looseFlag: { json: ['boolean', 'number'], key: 'yes', upstream: 'yes' },
  /** A whole number from 0. */
  count: { json: ['number'], key: 'yes', upstream: 'yes' },
  /** A number of days from today. The service does not store the reply to a gap that is too long (`isKeptGap`). */
  days: { json: ['number'], key: 'yes', upstream: 'yes' },
  /** A 64-bit id. */
  int64: { json: ['number'], key: 'yes', upstream: 'yes' },
  /** One of `words`. */
  word: { json: [], key: 'yes', upstream: 'yes' },
  /** A free text of the caller. */
  text: { json: [], key: 'hashed', upstream: 'yes' },
  /** A decimal number. */
  amount: { json: ['number'], key: 'hashed', upstream: 'yes' },
  /** A day, YYYY-MM-DD. */
  day: { json: [], key: 'hashed', upstream: 'yes' },
  /** Narrows the one reply. */
  projection: { json: [], key: 'no', upstream: 'no' },
} as const satisfies Readonly<Record<string, KindFacts>>;

/** A kind of parameter. */
export type Kind = keyof typeof KINDS;

/** All facts about one parameter. Only the tables of both APIs hold these facts. */
export interface ParameterFacts {
  readonly is: Kind;
  /** Whether every look-up needs it. */
  readonly isRequired?: true;
  /** The values of a `word`, in the documented spelling. */
  readonly words?: readonly string[];
  /** The sections of the reply that it asks for, by every name that they have. */
  readonly brings?: readonly string[];
  /** Whether it asks for something that has no documented name in the reply. */
  readonly bringsUnknown?: true;
  /** Whether it asks for its sections even if it is false: it is a filter, and both of its values ask for something. */
  readonly asksIfFalse?: true;
  /** It is allowed only together with this parameter and value. */
  readonly needs?: readonly [name: string, value: string];
  /**
   * v2's name of an identifier. The key of an entry has this name, so that one purge reaches the entries of both APIs.
   */
  readonly filedAs?: IdentifierName;
  /**
   * Whether the document calls a text a number: a direct invocation takes a number, although the value is read as text.
   */
  readonly isNumber?: true;
  /** Default: the kind's. */
  readonly key?: KeyPart;
  /** Default: the kind's. */
  readonly upstream?: Upstream;
}

/** The parameters of one API, by name. */
export type ParameterTable<Name extends string> = Readonly<Record<Name, ParameterFacts>>;

/** How a parameter is part of the key. */
export function keyPartOf({ is, key }: ParameterFacts): KeyPart {
  return key ?? KINDS[is].key;
}

/** Whether a parameter goes upstream. */
export function upstreamOf({ is, upstream }: ParameterFacts): Upstream {
  return upstream ?? KINDS[is].upstream;
}

/** The identifiers that v1.1's document calls numbers ([S1]). A look-up by either API takes them as numbers. */
const NUMBER_IDENTIFIERS: ReadonlySet<IdentifierName | undefined> = new Set(['id', 'cardnumber']);

/**
 * The JSON types that a direct invocation takes for a parameter, beside text.
 *
 * @param identifier the identifier that the value is. Default: the table's own.
 */
export function jsonTypesOf(
  { is, isNumber, filedAs }: ParameterFacts,
  identifier: IdentifierName | undefined = filedAs,
): readonly JsonType[] {
  const isNumeric = isNumber === true || (is === 'identifier' && NUMBER_IDENTIFIERS.has(identifier));
  return isNumeric ? [...KINDS[is].json, 'number'] : KINDS[is].json;
}

/** The names of a table, in its order. */
export function namesIn<Name extends string>(table: ParameterTable<Name>): readonly Name[] {
  return Object.keys(table) as Name[];
}

/** The names of the parameters of some kinds, in the table's order. */
export function namesOfKind<Name extends string>(
  table: ParameterTable<Name>,
  ...kinds: readonly Kind[]
): readonly Name[] {
  return namesIn(table).filter((name) => kinds.includes(table[name].is));
}
