import { IDENTIFIER_NAMES } from '../identifier/identifier-name.ts';
import { JOINED_EMBEDS, toJoinedEmbed } from '../joined/joined-embed.ts';
import type { AskedLookup, AskedSections, Parameter } from '../request/canonical-request.ts';
import { readExtraParameters } from '../request/extra-parameters.ts';
import type { ParameterFacts } from '../request/parameter-facts.ts';
import { checkNeeds, readByTable } from '../request/parameter-readers.ts';
import { listOf, readFields } from '../request/parameter-values.ts';
import type { RequestReading, TextOrigin } from '../request/reading.ts';
import { type Given as GivenOf, invalidParameter, sortParameters } from '../request/request-parameters.ts';
import { EVERY_SOURCE, INSTORE } from '../request/sources.ts';
import { toV1Name } from '../v1/v1-parameters.ts';
import { type JoinableIdentifier, supplementOf } from '../v1/v1-request.ts';
import { EMBEDS, type Embed, sectionsOfEmbeds, sortEmbeds, toEmbed } from './embed.ts';
import { V2_PARAMETER_NAMES, V2_PARAMETERS, type V2Parameter } from './v2-parameters.ts';
import { collectRequired, type GivenIdentifiers, readAccountId, readIdentifiers, readSource } from './v2-subject.ts';

type Given = GivenOf<V2Parameter>;

/** The sources of customers that v1.1 knows. */
const JOINED_SOURCES: readonly string[] = [INSTORE, EVERY_SOURCE];

/**
 * Reads a look-up by the v2 API: checks every parameter and changes it into its one spelling (contract §1).
 *
 * @param parameters names and decoded values, in any order
 * @param origin the place that the values came from; default: `payload`
 * @returns with a supplement if `embed` names sections that only v1.1 has
 * @throws {InvalidRequestError} if a parameter is missing, unknown, given twice or not allowed
 */
export async function readV2Request(
  parameters: Iterable<Parameter>,
  reading: RequestReading,
  origin: TextOrigin = 'payload',
): Promise<AskedLookup> {
  const { given, extra } = await collectRequired(parameters, V2_PARAMETER_NAMES, reading.extraParameters);
  const source = readSource(given);
  const accountId = readAccountId(given, source);
  const identifiers = await readIdentifiers(given, reading, origin);
  const { embeds, joined } = readEmbeds(given, reading.embedAlways);
  const read = readByTable(given, V2_PARAMETERS);
  checkNeeds(given, V2_PARAMETERS, (_embed, value) => embeds.some((embed) => embed === value));
  const filters = readExtraParameters(extra);
  return {
    request: {
      api: 'v2',
      subject: identifiers.keyed && { source, identifier: identifiers.keyed.identifier },
      isKept: read.isKept,
      customerId: identifiers.sent.find(({ identifier }) => identifier.name === 'id')?.identifier.value,
      accountId,
      subjectParameters: [
        ['source', source],
        ...(accountId === undefined ? [] : [['accountId', accountId] as const]),
        ['identifierName', identifiers.sent.map(({ identifier }) => identifier.name).join(',')],
        ['identifierValue', identifiers.sent.map(({ sent }) => sent).join(',')],
      ],
      optionParameters: sortParameters([
        ...(embeds.length > 0 ? [['embed', embeds.join(',')] as const] : []),
        ...read.options,
      ]),
      filterParameters: filters,
      language: undefined,
      askedSections: sectionsAskedFor(embeds, read.options, filters),
    },
    supplement: joined.length === 0 ? undefined : supplementOf(joinable(source, identifiers, joined), joined),
    fields: readFields(given.get('fields')),
  };
}

/** The sections that `embed` names: those of v2, and those of v1.1. */
interface GivenEmbeds {
  readonly embeds: readonly Embed[];
  readonly joined: readonly string[];
}

function readEmbeds(given: Given, embedAlways: readonly Embed[]): GivenEmbeds {
  const embeds: Embed[] = [...embedAlways];
  const joined = new Set<string>();
  for (const element of listOf('embed', given.get('embed'))) {
    const text = element.trim();
    if (text === '') continue;
    const embed = toEmbed(text);
    const joinedEmbed = toJoinedEmbed(text);
    if (embed !== undefined) embeds.push(embed);
    else if (joinedEmbed !== undefined) joined.add(joinedEmbed);
    else
      throw invalidParameter(
        'embed',
        `holds an unknown value; allowed are ${[...EMBEDS, ...JOINED_EMBEDS].join(', ')}`,
      );
  }
  return { embeds: sortEmbeds(embeds), joined: [...joined].sort() };
}

/** The identifier with which the service asks v1.1 about the customer of a look-up. */
function joinable(source: string, { sent, keyed }: GivenIdentifiers, joined: readonly string[]): JoinableIdentifier {
  const read = keyed ?? (sent.length === 1 ? sent[0] : undefined);
  if (!JOINED_SOURCES.includes(source) || read === undefined || toV1Name(read.identifier.name) === undefined) {
    const names = IDENTIFIER_NAMES.filter((name) => toV1Name(name) !== undefined);
    throw invalidParameter(
      'embed',
      `holds ${joined.join(', ')}, which only v1.1 has; that is allowed only with source ${JOINED_SOURCES.join(' or ')} ` +
        `and one identifier, one of ${names.join(', ')}`,
    );
  }
  return { ...read, isKeyed: keyed !== undefined };
}

function sectionsAskedFor(
  embeds: readonly Embed[],
  options: readonly Parameter[],
  extra: readonly Parameter[],
): AskedSections {
  const table: Readonly<Record<string, ParameterFacts | undefined>> = V2_PARAMETERS;
  // Only a flag can be `false`: the other options are numbers.
  const asking = options.filter(([, value]) => value !== 'false');
  const facts = asking.flatMap(([name]) => table[name] ?? []);
  return {
    names: [...sectionsOfEmbeds(embeds), ...new Set(facts.flatMap(({ brings = [] }) => brings))],
    includesUnknown: embeds.length > 0 || extra.length > 0 || facts.some(({ bringsUnknown }) => bringsUnknown === true),
  };
}
