import type { AskedSections, CanonicalRequest, Parameter, Subject } from './canonical-request.ts';
import { EMBEDS, type Embed, sectionsOf, sortEmbeds, toEmbed, USER_GROUP_SECTION } from './embed.ts';
import {
  IDENTIFIER_NAMES,
  type Identifier,
  type IdentifierName,
  isPlainText,
  type MobileReading,
  toIdentifier,
  toIdentifierName,
  withoutOuterSpaces,
} from './identifier.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { compileProjection, type Projection, ProjectionError } from './projection.ts';

/** How this deployment reads look-ups. */
export interface RequestReading extends MobileReading {
  /** The identifier that finds a customer when dual eligibility is on; undefined when it is off. */
  readonly primaryIdentifier: IdentifierName | undefined;
  /** Sections fetched with every look-up. */
  readonly embedAlways: readonly Embed[];
}

/** A look-up by the v2 API, read from its parameters. */
export interface CustomerDetailsRequest {
  readonly request: CanonicalRequest;
  /** Narrows this one reply (`fields`); not part of the request. */
  readonly fields: Projection | undefined;
}

const FLAGS = ['includedFraudDetails', 'includedUserGroup2LoyaltyDetails', 'includedAllUserGroup2'] as const;
const GAPS = ['gapToUpgrade', 'gapToRenew'] as const;
const REQUIRED = ['source', 'identifierName', 'identifierValue'] as const;

/** The parameters of GET /v2/customers/lookup/customerDetails that are accepted (upstream notes §1, and `fields`). */
export const CUSTOMER_DETAILS_PARAMETERS = [
  ...REQUIRED,
  'accountId',
  'embed',
  ...FLAGS,
  'userGroup2Id',
  ...GAPS,
  'fields',
] as const;
type ParameterName = (typeof CUSTOMER_DETAILS_PARAMETERS)[number];
type Given = ReadonlyMap<ParameterName, string>;

/** The only source that has no accounts. */
const SOURCE_WITHOUT_ACCOUNTS = 'INSTORE';

const MAX_INT64 = 2n ** 63n - 1n;
const MAX_GAP_DAYS = 2 ** 31 - 1;

/**
 * Reads a look-up by the v2 API: checks every parameter and brings it into its one spelling (contract §1).
 *
 * @param parameters names and decoded values, in any order
 * @throws {InvalidRequestError} when a parameter is missing, unknown, given twice or not allowed
 */
export async function readCustomerDetailsRequest(
  parameters: Iterable<Parameter>,
  reading: RequestReading,
): Promise<CustomerDetailsRequest> {
  const given = collect(parameters, CUSTOMER_DETAILS_PARAMETERS);
  const source = readSource(given);
  const accountId = readAccountId(given, source);
  const identifiers = await readIdentifiers(given, reading);
  const embeds = readEmbeds(given, reading.embedAlways);
  const flags = readFlags(given);
  const options = [
    ...(embeds.length > 0 ? [['embed', embeds.join(',')] as const] : []),
    ...flags,
    ...readUserGroup2Id(given),
    ...readGaps(given, embeds),
  ].sort(([left], [right]) => (left < right ? -1 : 1));

  const subject: Subject | undefined =
    identifiers.keyed === undefined ? undefined : { source, accountId, identifier: identifiers.keyed };
  return {
    request: {
      api: 'v2',
      subject,
      subjectParameters: [
        ['source', source],
        ...(accountId === undefined ? [] : [['accountId', accountId] as const]),
        ['identifierName', identifiers.sent.map(({ name }) => name).join(',')],
        ['identifierValue', identifiers.sent.map(({ value }) => value).join(',')],
      ],
      optionParameters: options,
      askedSections: askedSections(embeds, flags),
    },
    fields: readFields(given),
  };
}

/** The parameters that say whom a look-up is about, and nothing else. */
const SUBJECT_PARAMETERS = [...REQUIRED, 'accountId'] as const;

/**
 * Reads whom a look-up is about, by one identifier: what its entries are filed under, whatever their variant.
 *
 * @throws {InvalidRequestError} when a parameter is missing, unknown, given twice or not allowed
 */
export async function readSubject(parameters: Iterable<Parameter>, reading: MobileReading): Promise<Subject> {
  const given = collect(parameters, SUBJECT_PARAMETERS);
  const source = readSource(given);
  const accountId = readAccountId(given, source);
  const name = readName(given.get('identifierName') ?? '');
  const identifier = await toIdentifier(name, withoutComma(given.get('identifierValue') ?? ''), reading);
  return { source, accountId, identifier };
}

function collect(parameters: Iterable<Parameter>, allowed: readonly ParameterName[]): Given {
  const given = new Map<ParameterName, string>();
  for (const [name, value] of parameters) {
    if (name === '' && value === '') continue;
    const known = allowed.find((candidate) => candidate === name);
    if (known === undefined) {
      throw new InvalidRequestError(
        'unknown_parameter',
        `${speakable(name)} is not known; allowed are ${allowed.join(', ')}.`,
      );
    }
    if (given.has(known)) {
      throw new InvalidRequestError('duplicate_parameter', `${known} is given more than once; give it once.`);
    }
    given.set(known, value);
  }
  for (const name of REQUIRED) {
    if (!given.get(name)) throw new InvalidRequestError('missing_parameter', `${name} is missing; it is required.`);
  }
  return given;
}

/** A parameter's name, where it can hardly be a piece of an identifier whose `&` or `=` was sent unescaped. */
function speakable(name: string): string {
  return /^[A-Za-z_]{1,40}$/.test(name) ? name : 'A parameter';
}

function readSource(given: Given): string {
  const source = given.get('source') ?? '';
  // An open list at the upstream, whose members are all spelled like this.
  if (!/^\w{1,64}$/.test(source)) {
    throw invalid('source', 'is not allowed; allowed are 1 to 64 letters, digits and _, such as INSTORE or WECHAT');
  }
  return source;
}

function readAccountId(given: Given, source: string): string | undefined {
  const accountId = withoutOuterSpaces(given.get('accountId') ?? '');
  if (accountId === '') {
    if (source === SOURCE_WITHOUT_ACCOUNTS) return undefined;
    // Sent without it, the upstream would answer "not found" for a customer who is there (code 8015 has three causes).
    throw new InvalidRequestError(
      'missing_parameter',
      `accountId is missing; it is required for every source but ${SOURCE_WITHOUT_ACCOUNTS}.`,
    );
  }
  if ([...accountId].length > 256 || !isPlainText(accountId)) {
    throw invalid('accountId', 'is not allowed; allowed are 1 to 256 characters without control or format characters');
  }
  return accountId;
}

interface GivenIdentifiers {
  /** What goes upstream. */
  readonly sent: readonly Identifier[];
  /** What stands for the customer and makes the key; undefined when nothing does. */
  readonly keyed: Identifier | undefined;
}

async function readIdentifiers(given: Given, reading: RequestReading): Promise<GivenIdentifiers> {
  const nameText = given.get('identifierName') ?? '';
  const valueText = given.get('identifierValue') ?? '';
  const { primaryIdentifier } = reading;
  if (primaryIdentifier === undefined) {
    const identifier = await toIdentifier(readName(nameText), withoutComma(valueText), reading);
    return { sent: [identifier], keyed: identifier };
  }

  const names = nameText.split(',').map(readName);
  const values = valueText.split(',');
  if (new Set(names).size < names.length) {
    throw new InvalidRequestError('duplicate_parameter', 'identifierName holds a name more than once; give it once.');
  }
  if (names.length !== values.length) {
    throw invalid(
      'identifierValue',
      `holds ${values.length} values for the ${names.length} names of identifierName; give as many, in the same order`,
    );
  }
  const identifiers = await Promise.all(
    names.map((name, position) => toIdentifier(name, values[position] ?? '', reading)),
  );
  // Several customers may share a secondary identifier: only the primary one may stand for a customer.
  const primary = identifiers.find(({ name }) => name === primaryIdentifier);
  return primary === undefined ? { sent: identifiers, keyed: undefined } : { sent: [primary], keyed: primary };
}

function readName(text: string): IdentifierName {
  const name = toIdentifierName(text);
  if (name === undefined) {
    const several = text.includes(',') ? ' (several only where dual eligibility is on)' : '';
    throw invalid('identifierName', `is not known; allowed is one of ${IDENTIFIER_NAMES.join(', ')}${several}`);
  }
  return name;
}

function withoutComma(text: string): string {
  if (text.includes(',')) {
    throw new InvalidRequestError(
      'invalid_identifier',
      'identifierValue holds a comma; several identifiers are allowed only where dual eligibility is on.',
    );
  }
  return text;
}

function readEmbeds(given: Given, embedAlways: readonly Embed[]): readonly Embed[] {
  const asked = (given.get('embed') ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const embeds = asked.map((text) => {
    const embed = toEmbed(text);
    if (embed === undefined) throw invalid('embed', `holds an unknown value; allowed are ${EMBEDS.join(', ')}`);
    return embed;
  });
  return sortEmbeds([...embeds, ...embedAlways]);
}

function readFlags(given: Given): readonly Parameter[] {
  return FLAGS.flatMap((name): Parameter[] => {
    const value = given.get(name);
    if (value === undefined) return [];
    if (value !== 'true' && value !== 'false') throw invalid(name, 'is no boolean; allowed are true and false');
    return [[name, value]];
  });
}

function readUserGroup2Id(given: Given): readonly Parameter[] {
  const text = given.get('userGroup2Id');
  if (text === undefined) return [];
  const id = /^\d{1,32}$/.test(text) ? BigInt(text) : -1n;
  if (id < 0n || id > MAX_INT64) throw invalid('userGroup2Id', `is no id; allowed are digits, 0 to ${MAX_INT64}`);
  return [['userGroup2Id', String(id)]];
}

function readGaps(given: Given, embeds: readonly Embed[]): readonly Parameter[] {
  return GAPS.flatMap((name): Parameter[] => {
    const text = given.get(name);
    if (text === undefined) return [];
    const days = /^\d{1,16}$/.test(text) ? Number(text) : -1;
    if (days < 0 || days > MAX_GAP_DAYS) {
      throw invalid(name, `is no number of days; allowed is a whole number, 0 (today) to ${MAX_GAP_DAYS}`);
    }
    if (!embeds.includes('mlp')) throw invalid(name, 'is allowed only together with embed=mlp');
    return [[name, String(days)]];
  });
}

function askedSections(embeds: readonly Embed[], flags: readonly Parameter[]): AskedSections {
  const raised = flags.filter(([, value]) => value === 'true').map(([name]) => name);
  const isUserGroupAsked = raised.some((name) => name !== 'includedFraudDetails');
  return {
    names: [...sectionsOf(embeds), ...(isUserGroupAsked ? [USER_GROUP_SECTION] : [])],
    includesUnknown: embeds.length > 0 || raised.length > 0,
  };
}

function readFields(given: Given): Projection | undefined {
  const text = given.get('fields');
  if (text === undefined) return undefined;
  try {
    return compileProjection(text);
  } catch (error) {
    if (!(error instanceof ProjectionError)) throw error;
    throw invalid('fields', `${error.message}; allowed is a list such as id,profiles(firstName,identifiers/value)`);
  }
}

function invalid(name: ParameterName, problem: string): InvalidRequestError {
  return new InvalidRequestError('invalid_parameter', `${name} ${problem}.`);
}
