import { type ReadIdentifier, readIdentifier } from '../identifier/identifier.ts';
import { IDENTIFIER_NAMES, type IdentifierName, toIdentifierName } from '../identifier/identifier-name.ts';
import type { Parameter, Subject } from '../request/canonical-request.ts';
import { InvalidRequestError } from '../request/invalid-request-error.ts';
import { listOf, readText } from '../request/parameter-values.ts';
import type { IdentifierReading, TextOrigin } from '../request/reading.ts';
import { type Collected, collect, type Given as GivenOf, invalidParameter } from '../request/request-parameters.ts';
import { INSTORE } from '../request/sources.ts';
import { V2_REQUIRED, type V2Parameter } from './v2-parameters.ts';

type Given = GivenOf<V2Parameter>;

/** The only source that has no accounts. */
export const SOURCE_WITHOUT_ACCOUNTS = INSTORE;

/** The parameters of the subject, and the account, which belongs to the variant. */
const SUBJECT_PARAMETERS = [...V2_REQUIRED, 'accountId'] as const;

/** Why several identifiers are refused: in a look-up, and of a subject. */
const ONLY_IF_DUAL = 'which are allowed only where dual eligibility is on (PRIMARY_IDENTIFIER)';
const ONE_IDENTIFIER = 'but an entry has one: the primary one where dual eligibility is on (PRIMARY_IDENTIFIER)';

/** The meaning of a required parameter, for the refusal of a look-up without it. */
const REQUIRED_IS: Readonly<Partial<Record<V2Parameter, string>>> = {
  source: 'INSTORE, or where else the identifier is registered',
  identifierName: `one of ${IDENTIFIER_NAMES.join(', ')}`,
  identifierValue: 'the identifier itself, such as a mobile number',
};

/**
 * Reads the subject of a look-up by one identifier. The entries of all its variants are in the subject's partition. The
 * account is checked as in a look-up, but it does not narrow the subject: a subject covers all accounts.
 *
 * @param origin the place that the values came from; default: `payload`
 * @throws {InvalidRequestError} if a parameter is missing, unknown, given twice or not allowed
 */
export async function readSubject(
  parameters: Iterable<Parameter>,
  reading: IdentifierReading,
  origin: TextOrigin = 'payload',
): Promise<Subject> {
  const { given } = await collectRequired(parameters, SUBJECT_PARAMETERS, []);
  const source = readSource(given);
  readAccountId(given, source);
  const name = readName(given.get('identifierName') ?? '', ONE_IDENTIFIER);
  const value = withoutComma(given.get('identifierValue') ?? '', ONE_IDENTIFIER);
  return { source, identifier: (await readIdentifier(name, value, reading, { origin })).identifier };
}

/**
 * The parameters of a look-up, with those that every look-up needs.
 *
 * @throws {InvalidRequestError} as `collect`, and if one is missing
 */
export async function collectRequired(
  parameters: Iterable<Parameter>,
  allowed: readonly V2Parameter[],
  extraAllowed: readonly string[],
): Promise<Collected<V2Parameter>> {
  const collected = await collect(parameters, allowed, extraAllowed);
  for (const name of V2_REQUIRED) {
    if (!collected.given.get(name))
      throw new InvalidRequestError('missing_parameter', `${name} is missing; it is required: ${REQUIRED_IS[name]}.`);
  }
  return collected;
}

/** The source in which the identifier is registered. */
export function readSource(given: Given): string {
  const source = given.get('source') ?? '';
  // The upstream's list is open. All its members have this form.
  if (!/^\w{1,64}$/.test(source)) {
    throw invalidParameter(
      'source',
      'is not allowed; allowed are 1 to 64 letters, digits and _, such as INSTORE or WECHAT',
    );
  }
  return source;
}

/** The account of the source; undefined if the source has none. */
export function readAccountId(given: Given, source: string): string | undefined {
  const accountId = readText('accountId', given.get('accountId'));
  if (accountId === undefined && source !== SOURCE_WITHOUT_ACCOUNTS) {
    // Without it the upstream answers "not found" even if the customer exists (code 8015 has three causes).
    const spelling = source.toUpperCase() === SOURCE_WITHOUT_ACCOUNTS ? ', which is written in capitals' : '';
    throw new InvalidRequestError(
      'missing_parameter',
      `accountId is missing; it is required for every source but ${SOURCE_WITHOUT_ACCOUNTS}${spelling}.`,
    );
  }
  return accountId;
}

/** The identifiers of a look-up. */
export interface GivenIdentifiers {
  /** The pairs that go upstream. */
  readonly sent: readonly ReadIdentifier[];
  /** The identifier that stands for the customer and makes the key; undefined if there is none. */
  readonly keyed: ReadIdentifier | undefined;
}

/** The pairs of identifierName and identifierValue (contract §1, "Several identifiers"). */
export async function readIdentifiers(
  given: Given,
  reading: IdentifierReading,
  origin: TextOrigin,
): Promise<GivenIdentifiers> {
  const nameText = given.get('identifierName') ?? '';
  const valueText = given.get('identifierValue') ?? '';
  const { primaryIdentifier } = reading;
  if (primaryIdentifier === undefined) {
    const read = await readIdentifier(
      readName(nameText, ONLY_IF_DUAL),
      withoutComma(valueText, ONLY_IF_DUAL),
      reading,
      { origin },
    );
    return { sent: [read], keyed: read };
  }

  const names = listOf('identifierName', given.get('identifierName')).map((name) => readName(name, ONLY_IF_DUAL));
  const values = valueText.split(',');
  if (new Set(names).size < names.length) {
    throw new InvalidRequestError('duplicate_parameter', 'identifierName holds a name more than once; give it once.');
  }
  if (names.length !== values.length) {
    throw invalidParameter(
      'identifierValue',
      `holds ${values.length} values for the ${names.length} names of identifierName; give one for each name, in the same order`,
    );
  }
  const identifiers = await Promise.all(
    names.map((name, position) => readIdentifier(name, values[position] ?? '', reading, { origin })),
  );
  // Several customers may share a secondary identifier: only the primary one may stand for a customer.
  const primary = identifiers.find(({ identifier }) => identifier.name === primaryIdentifier);
  return primary === undefined ? { sent: identifiers, keyed: undefined } : { sent: [primary], keyed: primary };
}

/** @param notSeveral why the name cannot be a list */
function readName(text: string, notSeveral: string): IdentifierName {
  const name = toIdentifierName(text);
  if (name === undefined) {
    const problem = text.includes(',') ? `holds several names, ${notSeveral}` : 'is not known';
    throw invalidParameter('identifierName', `${problem}; allowed is one of ${IDENTIFIER_NAMES.join(', ')}`);
  }
  return name;
}

/** @param notSeveral why the value cannot be a list */
function withoutComma(text: string, notSeveral: string): string {
  if (text.includes(',')) {
    throw new InvalidRequestError(
      'invalid_identifier',
      `identifierValue holds a comma, as several identifiers do, ${notSeveral}.`,
    );
  }
  return text;
}
