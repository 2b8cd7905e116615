import { type ReadIdentifier, readIdentifier as readGivenIdentifier } from '../identifier/identifier.ts';
import { JOINED } from '../joined/joined-embed.ts';
import type {
  AskedLookup,
  AskedSections,
  CanonicalRequest,
  JoinedSection,
  Parameter,
  Supplement,
} from '../request/canonical-request.ts';
import { readExtraParameters } from '../request/extra-parameters.ts';
import { InvalidRequestError } from '../request/invalid-request-error.ts';
import type { ParameterFacts } from '../request/parameter-facts.ts';
import { checkNeeds, readByTable } from '../request/parameter-readers.ts';
import { readFields } from '../request/parameter-values.ts';
import type { RequestReading, TextOrigin } from '../request/reading.ts';
import { collect, type Given as GivenOf, invalidParameter, sortParameters } from '../request/request-parameters.ts';
import { INSTORE } from '../request/sources.ts';
import {
  toV1Name,
  V1_FLAGS,
  V1_IDENTIFIERS,
  V1_PARAMETER_NAMES,
  V1_PARAMETERS,
  type V1Parameter,
} from './v1-parameters.ts';

type Given = GivenOf<V1Parameter>;

/**
 * Reads a look-up by the v1.1 API: checks every parameter and changes it into its one spelling (contract §1).
 *
 * @param parameters names and decoded values, in any order
 * @param language the header of that name: an ISO code; undefined: the caller sent none
 * @param origin the place that the values came from; default: `payload`
 * @throws {InvalidRequestError} if a parameter is missing, unknown, given twice or not allowed
 */
export async function readV1Request(
  parameters: Iterable<Parameter>,
  language: string | undefined,
  reading: RequestReading,
  origin: TextOrigin = 'payload',
): Promise<AskedLookup> {
  const { given, extra } = await collect(parameters, V1_PARAMETER_NAMES, reading.extraParameters);
  const read = await readIdentifier(given, reading, origin);
  const { primaryIdentifier } = reading;
  // Several customers may share a secondary identifier: only the primary one may stand for a customer.
  const isOneCustomer = primaryIdentifier === undefined || read.identifier.name === primaryIdentifier;
  const { options, filters, isKept } = readByTable(given, V1_PARAMETERS);
  checkNeeds(given, V1_PARAMETERS, (name, value) =>
    options.some((option) => option[0] === name && option[1] === value),
  );
  return {
    request: toRequest(
      { ...read, isKeyed: isOneCustomer },
      {
        isKept,
        optionParameters: options,
        filterParameters: sortParameters([...filters, ...readExtraParameters(extra)]),
        language: readLanguage(language),
      },
    ),
    supplement: undefined,
    fields: readFields(given.get('fields')),
  };
}

/** The identifier for the request to v1.1, and whether it stands for one customer. */
export interface JoinableIdentifier extends ReadIdentifier {
  readonly isKeyed: boolean;
}

/**
 * The look-up that fetches joined sections: any caller of v1.1 could send the same.
 *
 * @param embeds the sections, by v2's names
 * @throws {RangeError} if v1.1 has no such identifier
 */
export function supplementOf(identifier: JoinableIdentifier, embeds: readonly string[]): Supplement {
  const sources = Object.entries(JOINED).filter(([name]) => embeds.includes(name));
  return {
    request: toRequest(identifier, {
      isKept: true,
      optionParameters: sortParameters(sources.map(([, { parameter }]) => parameter)),
      filterParameters: [],
      language: undefined,
    }),
    sections: sources.map(([name, { from, form }]): JoinedSection => ({ name, from, form })),
  };
}

function toRequest(
  { identifier, sent, isKeyed }: JoinableIdentifier,
  options: Pick<CanonicalRequest, 'isKept' | 'optionParameters' | 'filterParameters' | 'language'>,
): CanonicalRequest {
  const parameter = toV1Name(identifier.name);
  if (parameter === undefined) throw new RangeError(`v1.1 has no identifier ${identifier.name}.`);
  return {
    api: 'v1.1',
    // v1.1 has customers of this source only.
    subject: isKeyed ? { source: INSTORE, identifier } : undefined,
    customerId: identifier.name === 'id' ? identifier.value : undefined,
    accountId: undefined,
    subjectParameters: [[parameter, sent]],
    ...options,
    askedSections: sectionsAskedFor([...options.optionParameters, ...options.filterParameters]),
  };
}

async function readIdentifier(given: Given, reading: RequestReading, origin: TextOrigin): Promise<ReadIdentifier> {
  const [parameter, second] = V1_IDENTIFIERS.filter((name) => given.has(name));
  const value = parameter === undefined ? undefined : given.get(parameter);
  const allowed = `give exactly one of ${V1_IDENTIFIERS.join(', ')}`;
  if (second !== undefined) {
    throw new InvalidRequestError('duplicate_parameter', `${second} is given beside ${parameter}; ${allowed}.`);
  }
  if (parameter === undefined || !value) {
    throw new InvalidRequestError('missing_parameter', `An identifier is missing; ${allowed}.`);
  }
  if (value.includes(',')) {
    // The upstream would take it for a batch of customers.
    throw new InvalidRequestError(
      'invalid_identifier',
      `${parameter} holds a comma; give one customer's identifier, and look several customers up by POST /lookups.`,
    );
  }
  return readGivenIdentifier(V1_PARAMETERS[parameter].filedAs, value, reading, { given: parameter, origin });
}

/**
 * A language, and perhaps its script and country, in the letter case of RFC 5646 §2.1.1: `zh-Hant-TW`. The service does
 * not replace a code by a newer one of the same meaning (`tl` by `fil`): the upstream may know only one of them.
 */
function readLanguage(text: string | undefined): string | undefined {
  const code = text?.trim();
  if (code === undefined || code === '') return undefined;
  if (!/^[a-z]{2,3}(?:-[a-z]{4})?(?:-[a-z]{2})?$/i.test(code)) {
    throw invalidParameter('language', 'is not an ISO code of a language; allowed is a code such as zh, id or ar');
  }
  const [language = '', ...scriptAndCountry] = code.toLowerCase().split('-');
  return [
    language,
    ...scriptAndCountry.map((part) => (part.length === 2 ? part.toUpperCase() : capitalized(part))),
  ].join('-');
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function sectionsAskedFor(parameters: readonly Parameter[]): AskedSections {
  const flags: readonly string[] = V1_FLAGS;
  const table: Readonly<Record<string, ParameterFacts | undefined>> = V1_PARAMETERS;
  // A text may say false too: `store_code=false` asks for a store's transactions.
  const asks = ([name, value]: Parameter) =>
    value !== 'false' || !flags.includes(name) || table[name]?.asksIfFalse === true;
  const isDocumented = ([name]: Parameter) => Object.hasOwn(table, name);
  const facts = parameters.filter((each) => isDocumented(each) && asks(each)).flatMap(([name]) => table[name] ?? []);
  return {
    names: [...new Set(facts.flatMap(({ brings = [] }) => brings))],
    includesUnknown: facts.some(({ bringsUnknown }) => bringsUnknown === true) || !parameters.every(isDocumented),
  };
}
