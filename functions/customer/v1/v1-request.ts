import {
  type Identifier,
  type ReadIdentifier,
  readIdentifier as readGivenIdentifier,
} from '../identifier/identifier.ts';
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
import type { RequestReading, TextOrigin } from '../request/reading.ts';
import {
  collect,
  type Given as GivenOf,
  invalid,
  isKeptGap,
  readBoolean,
  readFields,
  readInt64,
  readText,
  readWholeNumber,
  readWord,
  sortParameters,
  TRUE_FALSE_OR_DIGIT,
} from '../request/request-parameters.ts';
import {
  COUPON_NUMBERS,
  COUPON_PARAMETERS,
  COUPON_TEXTS,
  CUSTOMER_GET_FLAGS,
  CUSTOMER_GET_PARAMETERS,
  type CustomerGetParameter,
  GAPS,
  IDENTIFIER_BY_PARAMETER,
  IDENTIFIERS,
  type IdentifierParameter,
  OTHER_NAMES,
  SECTION_FLAGS,
  TRANSACTION_FILTERS,
  TRANSACTION_FLAGS,
  TRANSACTION_TEXTS,
  TRANSACTION_TYPES,
} from './v1-parameters.ts';

type Given = GivenOf<CustomerGetParameter>;

/** v1.1 has customers of this source only. */
const SOURCE = 'INSTORE';

/**
 * Reads a look-up by the v1.1 API: checks every parameter and brings it into its one spelling (contract §1).
 *
 * @param parameters names and decoded values, in any order
 * @param language the header of that name: an ISO code; undefined: none was sent
 * @param origin where the values stood; default: `payload`
 * @throws {InvalidRequestError} when a parameter is missing, unknown, given twice or not allowed
 */
export async function readCustomerGetRequest(
  parameters: Iterable<Parameter>,
  language: string | undefined,
  reading: RequestReading,
  origin: TextOrigin = 'payload',
): Promise<AskedLookup> {
  const { given, extra } = await collect(parameters, CUSTOMER_GET_PARAMETERS, reading.extraParameters);
  const read = await readIdentifier(given, reading, origin);
  readBoolean(given, 'user_id', TRUE_FALSE_OR_DIGIT);
  readWord(given, 'format', ['json']);
  const { primaryIdentifier } = reading;
  // Several customers may share a secondary identifier: only the primary one may stand for a customer.
  const isOneCustomer = primaryIdentifier === undefined || read.identifier.name === primaryIdentifier;
  const options = readOptions(given);
  const isKeyed = isOneCustomer && options.filter(isGap).every(isKeptGap);
  return {
    request: toRequest(
      { ...read, isKeyed },
      {
        optionParameters: options,
        filterParameters: sortParameters([...readFilters(given), ...readExtraParameters(extra)]),
        language: readLanguage(language),
      },
    ),
    supplement: undefined,
    fields: readFields(given.get('fields')),
  };
}

/** v1.1's name of an identifier; undefined where it has none. */
export function toCustomerGetName({ name }: Pick<Identifier, 'name'>): IdentifierParameter | undefined {
  return IDENTIFIERS.find((parameter) => IDENTIFIER_BY_PARAMETER[parameter] === name);
}

/** By what v1.1 is asked about a customer, and whether that stands for the customer. */
export interface JoinableIdentifier extends ReadIdentifier {
  readonly isKeyed: boolean;
}

/**
 * The look-up that fetches joined sections: one that any caller of v1.1 could send.
 *
 * @param embeds which, by the names that v2 has for them
 * @throws {RangeError} when v1.1 has no such identifier
 */
export function supplementOf(identifier: JoinableIdentifier, embeds: readonly string[]): Supplement {
  const sources = Object.entries(JOINED).filter(([name]) => embeds.includes(name));
  return {
    request: toRequest(identifier, {
      optionParameters: sortParameters(sources.map(([, { parameter }]) => parameter)),
      filterParameters: [],
      language: undefined,
    }),
    sections: sources.map(([name, { from, form }]): JoinedSection => ({ name, from, form })),
  };
}

function toRequest(
  { identifier, sent, isKeyed }: JoinableIdentifier,
  options: Pick<CanonicalRequest, 'optionParameters' | 'filterParameters' | 'language'>,
): CanonicalRequest {
  const parameter = toCustomerGetName(identifier);
  if (parameter === undefined) throw new RangeError(`v1.1 has no identifier ${identifier.name}.`);
  return {
    api: 'v1.1',
    subject: isKeyed ? { source: SOURCE, identifier } : undefined,
    accountId: undefined,
    subjectParameters: [[parameter, sent]],
    ...options,
    askedSections: askedSections([...options.optionParameters, ...options.filterParameters]),
  };
}

async function readIdentifier(given: Given, reading: RequestReading, origin: TextOrigin): Promise<ReadIdentifier> {
  const [parameter, second] = IDENTIFIERS.filter((name) => given.has(name));
  const value = parameter === undefined ? undefined : given.get(parameter);
  const allowed = `give exactly one of ${IDENTIFIERS.join(', ')}`;
  if (second !== undefined) {
    throw new InvalidRequestError('duplicate_parameter', `${second} is given beside ${parameter}; ${allowed}.`);
  }
  if (parameter === undefined || !value) {
    throw new InvalidRequestError('missing_parameter', `An identifier is missing; ${allowed}.`);
  }
  if (value.includes(',')) {
    // To the upstream it would be a batch of customers.
    throw new InvalidRequestError('invalid_identifier', `${parameter} holds a comma; give one customer's alone.`);
  }
  return readGivenIdentifier(IDENTIFIER_BY_PARAMETER[parameter], value, reading, { given: parameter, origin });
}

function isGap([name]: Parameter): boolean {
  return GAPS.some((gap) => gap === name);
}

function readOptions(given: Given): readonly Parameter[] {
  const flags = CUSTOMER_GET_FLAGS.filter((name) => name !== 'user_id');
  const sections = flags.flatMap((name) => readBoolean(given, name, TRUE_FALSE_OR_DIGIT));
  const isMlpAsked = sections.some(([name, value]) => name === 'mlp' && value === 'true');
  const gaps = GAPS.flatMap((name) => {
    const gap = readWholeNumber(given, name, 'number of days', 'today');
    if (gap.length > 0 && !isMlpAsked) throw invalid(name, 'is allowed only together with mlp=true');
    return gap;
  });
  return sortParameters([
    ...sections,
    ...gaps,
    ...COUPON_NUMBERS.flatMap((name) => readWholeNumber(given, name, 'number')),
    ...readWord(given, 'coupon_order_by', ['created_date', 'created_by', 'valid_till']),
    ...readWord(given, 'coupon_sort_order', ['asc', 'desc']),
    ...readWord(given, 'type', TRANSACTION_TYPES),
    ...readInt64(given, 'program_id'),
  ]);
}

function readFilters(given: Given): readonly Parameter[] {
  const texts = [...TRANSACTION_TEXTS, ...COUPON_TEXTS].flatMap((name): readonly Parameter[] => {
    if (!given.has(name)) return [];
    const text = readText(given, name);
    if (text === undefined) throw invalid(name, 'is empty; leave it out, or give it a text');
    return [[name, text]];
  });
  return sortParameters([
    ...texts,
    ...readMatching(given, 'amount', (text) => AMOUNT.test(text), 'amount; allowed are digits, such as 1250 or 12.50'),
    ...readMatching(given, 'date', isDay, 'day; allowed is one as YYYY-MM-DD'),
  ]);
}

const AMOUNT = /^-?\d{1,15}(?:\.\d{1,6})?$/;

function readMatching(
  given: Given,
  name: CustomerGetParameter,
  isMatch: (text: string) => boolean,
  problem: string,
): readonly Parameter[] {
  const text = given.get(name);
  if (text === undefined) return [];
  if (!isMatch(text)) throw invalid(name, `is no ${problem}`);
  return [[name, text]];
}

/** Whether a text is a day of the Gregorian calendar, as YYYY-MM-DD. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = /^\d{4}-\d{2}-\d{2}$/.test(text) ? text.split('-').map(Number) : [];
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

/** A language, and perhaps its script and country, in its one spelling (RFC 5646 §2.1.1). */
function readLanguage(language: string | undefined): string | undefined {
  const code = language?.trim();
  if (code === undefined || code === '') return undefined;
  if (!/^[a-z]{2,3}(?:-[a-z]{4})?(?:-[a-z]{2})?$/i.test(code)) {
    throw invalid('language', 'is no ISO code of a language; allowed is one such as zh, id or ar');
  }
  const [canonical] = Intl.getCanonicalLocales(code);
  return canonical;
}

function askedSections(parameters: readonly Parameter[]): AskedSections {
  const flags: readonly string[] = CUSTOMER_GET_FLAGS;
  const documented: readonly string[] = CUSTOMER_GET_PARAMETERS;
  // A text may say false too: `store_code=false` asks for a store's transactions.
  const raised = parameters.filter(([name, value]) => value !== 'false' || !flags.includes(name));
  const asked = new Set(raised.map(([name]) => name));
  const sections = SECTION_FLAGS.filter((name) => asked.has(name));
  const areTransactionsAsked = [...TRANSACTION_FILTERS, ...TRANSACTION_FLAGS].some((name) => asked.has(name));
  const areCouponsAsked = COUPON_PARAMETERS.some((name) => asked.has(name));
  return {
    names: [
      ...sections.flatMap((name) => [name, OTHER_NAMES[name] ?? name]),
      ...(areTransactionsAsked ? ['transactions'] : []),
      ...(areCouponsAsked ? ['coupons'] : []),
    ],
    includesUnknown: sections.length > 0 || parameters.some(([name]) => !documented.includes(name)),
  };
}
