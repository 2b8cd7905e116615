import type { AskedLookup, AskedSections, Parameter, Subject } from './canonical-request.ts';
import { type JoinableIdentifier, supplementOf, toCustomerGetName } from './customer-get-request.ts';
import { EMBEDS, type Embed, sectionsOf, sortEmbeds, toEmbed, USER_GROUP_SECTION } from './embed.ts';
import { type ReadIdentifier, readIdentifier } from './identifier.ts';
import { IDENTIFIER_NAMES, type IdentifierName, toIdentifierName } from './identifier-name.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { JOINED_EMBEDS, toJoinedEmbed } from './joined-embed.ts';
import type { IdentifierReading, RequestReading, TextOrigin } from './reading.ts';
import {
  collect,
  type Given as GivenOf,
  invalid,
  readBoolean,
  readFields,
  readInt64,
  readText,
  readWholeNumber,
  sortParameters,
} from './request-parameters.ts';

/** The parameters that are `true` or `false`. */
export const CUSTOMER_DETAILS_FLAGS = [
  'includedFraudDetails',
  'includedUserGroup2LoyaltyDetails',
  'includedAllUserGroup2',
] as const;
const GAPS = ['gapToUpgrade', 'gapToRenew'] as const;
const REQUIRED = ['source', 'identifierName', 'identifierValue'] as const;

/** The parameters of GET /v2/customers/lookup/customerDetails that are accepted (upstream notes §1, and `fields`). */
export const CUSTOMER_DETAILS_PARAMETERS = [
  ...REQUIRED,
  'accountId',
  'embed',
  ...CUSTOMER_DETAILS_FLAGS,
  'userGroup2Id',
  ...GAPS,
  'fields',
] as const;
type ParameterName = (typeof CUSTOMER_DETAILS_PARAMETERS)[number];

/** The parameters that are numbers, by [S2]. */
export const CUSTOMER_DETAILS_NUMBERS = ['userGroup2Id', ...GAPS] as const satisfies readonly ParameterName[];

type Given = GivenOf<ParameterName>;

/** The only source that has no accounts. */
const SOURCE_WITHOUT_ACCOUNTS = 'INSTORE';

/** The sources whose customers v1.1 knows. */
const JOINED_SOURCES: readonly string[] = [SOURCE_WITHOUT_ACCOUNTS, 'ALL'];

/**
 * Reads a look-up by the v2 API: checks every parameter and brings it into its one spelling (contract §1).
 *
 * @param parameters names and decoded values, in any order
 * @param origin where the values stood; default: `payload`
 * @returns with a supplement where `embed` names sections that only v1.1 has
 * @throws {InvalidRequestError} when a parameter is missing, unknown, given twice or not allowed
 */
export async function readCustomerDetailsRequest(
  parameters: Iterable<Parameter>,
  reading: RequestReading,
  origin: TextOrigin = 'payload',
): Promise<AskedLookup> {
  const given = collectRequired(parameters, CUSTOMER_DETAILS_PARAMETERS);
  const source = readSource(given);
  const accountId = readAccountId(given, source);
  const identifiers = await readIdentifiers(given, reading, origin);
  const { embeds, joined } = readEmbeds(given, reading.embedAlways);
  const flags = CUSTOMER_DETAILS_FLAGS.flatMap((name) => readBoolean(given, name));
  const options = sortParameters([
    ...(embeds.length > 0 ? [['embed', embeds.join(',')] as const] : []),
    ...flags,
    ...readInt64(given, 'userGroup2Id'),
    ...readGaps(given, embeds),
  ]);

  const subject: Subject | undefined =
    identifiers.keyed === undefined ? undefined : { source, identifier: identifiers.keyed.identifier };
  return {
    request: {
      api: 'v2',
      subject,
      accountId,
      subjectParameters: [
        ['source', source],
        ...(accountId === undefined ? [] : [['accountId', accountId] as const]),
        ['identifierName', identifiers.sent.map(({ identifier }) => identifier.name).join(',')],
        ['identifierValue', identifiers.sent.map(({ sent }) => sent).join(',')],
      ],
      optionParameters: options,
      filterParameters: [],
      language: undefined,
      askedSections: askedSections(embeds, flags),
    },
    supplement: joined.length === 0 ? undefined : supplementOf(joinable(source, identifiers, joined), joined),
    fields: readFields(given.get('fields')),
  };
}

/** The parameters that say which look-up it is, and nothing of its variant but the account. */
const SUBJECT_PARAMETERS = [...REQUIRED, 'accountId'] as const;

/**
 * Reads which look-up is meant, by one identifier: what its entries are filed under, whatever their variant. The account
 * is read as in a look-up, but it does not narrow the subject: a subject covers all accounts.
 *
 * @param origin where the values stood; default: `payload`
 * @throws {InvalidRequestError} when a parameter is missing, unknown, given twice or not allowed
 */
export async function readSubject(
  parameters: Iterable<Parameter>,
  reading: IdentifierReading,
  origin: TextOrigin = 'payload',
): Promise<Subject> {
  const given = collectRequired(parameters, SUBJECT_PARAMETERS);
  const source = readSource(given);
  readAccountId(given, source);
  const name = readName(given.get('identifierName') ?? '');
  const value = withoutComma(given.get('identifierValue') ?? '');
  return { source, identifier: (await readIdentifier(name, value, reading, { origin })).identifier };
}

function collectRequired(parameters: Iterable<Parameter>, allowed: readonly ParameterName[]): Given {
  const given = collect(parameters, allowed);
  for (const name of REQUIRED) {
    if (!given.get(name)) throw new InvalidRequestError('missing_parameter', `${name} is missing; it is required.`);
  }
  return given;
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
  const accountId = readText(given, 'accountId');
  if (accountId === undefined && source !== SOURCE_WITHOUT_ACCOUNTS) {
    // Sent without it, the upstream would answer "not found" for a customer who is there (code 8015 has three causes).
    throw new InvalidRequestError(
      'missing_parameter',
      `accountId is missing; it is required for every source but ${SOURCE_WITHOUT_ACCOUNTS}.`,
    );
  }
  return accountId;
}

interface GivenIdentifiers {
  /** What goes upstream. */
  readonly sent: readonly ReadIdentifier[];
  /** What stands for the customer and makes the key; undefined when nothing does. */
  readonly keyed: ReadIdentifier | undefined;
}

async function readIdentifiers(given: Given, reading: RequestReading, origin: TextOrigin): Promise<GivenIdentifiers> {
  const nameText = given.get('identifierName') ?? '';
  const valueText = given.get('identifierValue') ?? '';
  const { primaryIdentifier } = reading;
  if (primaryIdentifier === undefined) {
    const read = await readIdentifier(readName(nameText), withoutComma(valueText), reading, { origin });
    return { sent: [read], keyed: read };
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
    names.map((name, position) => readIdentifier(name, values[position] ?? '', reading, { origin })),
  );
  // Several customers may share a secondary identifier: only the primary one may stand for a customer.
  const primary = identifiers.find(({ identifier }) => identifier.name === primaryIdentifier);
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

/** What `embed` asks for: of v2 itself, and of v1.1. */
interface GivenEmbeds {
  readonly embeds: readonly Embed[];
  readonly joined: readonly string[];
}

function readEmbeds(given: Given, embedAlways: readonly Embed[]): GivenEmbeds {
  const embeds: Embed[] = [...embedAlways];
  const joined = new Set<string>();
  for (const element of (given.get('embed') ?? '').split(',')) {
    const text = element.trim();
    if (text === '') continue;
    const embed = toEmbed(text);
    const joinedEmbed = toJoinedEmbed(text);
    if (embed !== undefined) embeds.push(embed);
    else if (joinedEmbed !== undefined) joined.add(joinedEmbed);
    else throw invalid('embed', `holds an unknown value; allowed are ${[...EMBEDS, ...JOINED_EMBEDS].join(', ')}`);
  }
  return { embeds: sortEmbeds(embeds), joined: [...joined].sort() };
}

/** By what v1.1 is asked about the customer of a look-up. */
function joinable(source: string, { sent, keyed }: GivenIdentifiers, joined: readonly string[]): JoinableIdentifier {
  const read = keyed ?? (sent.length === 1 ? sent[0] : undefined);
  if (!JOINED_SOURCES.includes(source) || read === undefined || toCustomerGetName(read.identifier) === undefined) {
    const names = IDENTIFIER_NAMES.filter((name) => toCustomerGetName({ name }) !== undefined);
    throw invalid(
      'embed',
      `holds ${joined.join(', ')}, which v1.1 alone has; that is allowed only with source ${JOINED_SOURCES.join(' or ')} ` +
        `and one identifier, one of ${names.join(', ')}`,
    );
  }
  return { ...read, isKeyed: keyed !== undefined };
}

function readGaps(given: Given, embeds: readonly Embed[]): readonly Parameter[] {
  return GAPS.flatMap((name) => {
    const gap = readWholeNumber(given, name, 'number of days', 'today');
    if (gap.length > 0 && !embeds.includes('mlp')) throw invalid(name, 'is allowed only together with embed=mlp');
    return gap;
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
