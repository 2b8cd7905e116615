import { type IdentifierName, toIdentifierName } from '../customer/identifier/identifier-name.ts';
import { APIS, type Api, type AskedLookup, type Parameter } from '../customer/request/canonical-request.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import { type JsonType, jsonTypesOf, type ParameterFacts } from '../customer/request/parameter-facts.ts';
import type { RequestReading } from '../customer/request/reading.ts';
import { V1_PARAMETERS } from '../customer/v1/v1-parameters.ts';
import { readV1Request } from '../customer/v1/v1-request.ts';
import { V2_PARAMETERS } from '../customer/v2/v2-parameters.ts';
import { readV2Request } from '../customer/v2/v2-request.ts';
import { type RequestDirectives, readDirectives } from '../lookup/directives.ts';
import { isPlainObject } from '../plain-object.ts';

/** One look-up of a direct invocation, read. */
export interface LookupPayload {
  readonly asked: AskedLookup;
  readonly directives: RequestDirectives;
  /** How long the caller waits. Milliseconds; undefined: for the whole look-up. */
  readonly waitMs: number | undefined;
  /** Whether the caller wants an entry for later, and no answer. */
  readonly isPrefetch: boolean;
}

/** The defaults for a look-up. */
export interface PayloadDefaults {
  readonly cacheControl?: string | undefined;
  /** Milliseconds. */
  readonly waitMs?: number | undefined;
  readonly isPrefetch?: boolean | undefined;
}

/** The parameters of each API. */
const TABLES: Readonly<Record<Api, Readonly<Record<string, ParameterFacts>>>> = {
  v2: V2_PARAMETERS,
  'v1.1': V1_PARAMETERS,
};

/**
 * Reads one look-up: `api`, the API's parameters under their own names (`embed` as an array if wanted), `language`,
 * `cacheControl`, `waitMs` and `prefetch`.
 *
 * @throws {InvalidRequestError} if it is not an object, names an unknown API, or holds a value that is not allowed
 */
export async function readLookupPayload(
  payload: unknown,
  reading: RequestReading,
  defaults: PayloadDefaults = {},
): Promise<LookupPayload> {
  if (!isPlainObject(payload)) {
    throw new InvalidRequestError(
      'invalid_parameter',
      'A look-up is not a JSON object; allowed is one such as {"source":…,"identifierName":…,"identifierValue":…}.',
    );
  }
  const { api: name = 'v2', cacheControl, waitMs: ownWait, prefetch, language } = payload;
  const api = APIS.find((known) => known === name);
  if (api === undefined) {
    const allowed = APIS.map((known) => JSON.stringify(known)).join(' and ');
    throw new InvalidRequestError('invalid_parameter', `api is not known; allowed are ${allowed}.`);
  }
  const directives = readDirectives(
    readOptionalText('cacheControl', cacheControl, 'max-age=60') ?? defaults.cacheControl,
  );
  const waitMs = readWait(ownWait) ?? defaults.waitMs;
  const isPrefetch = readPrefetch(prefetch) ?? defaults.isPrefetch ?? false;
  const wishes = { directives, waitMs, isPrefetch };
  if (api === 'v2') {
    return { asked: await readV2Request(toParameters(payload, api, reading), reading), ...wishes };
  }
  const spoken = readOptionalText('language', language, 'zh');
  return { asked: await readV1Request(toParameters(payload, api, reading), spoken, reading), ...wishes };
}

function readWait(value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && value >= 0)) return value;
  throw new InvalidRequestError('invalid_parameter', 'waitMs is not a number of milliseconds; allowed is 0 or more.');
}

function readPrefetch(value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw new InvalidRequestError('invalid_parameter', 'prefetch is not a boolean; allowed is true or false.');
}

function readOptionalText(name: string, value: unknown, example: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidRequestError('invalid_parameter', `${name} is not a text; allowed is one such as "${example}".`);
}

/** The members of a look-up that are not parameters. */
const OTHER_MEMBERS: Readonly<Record<Api, readonly string[]>> = {
  v2: ['api', 'cacheControl', 'waitMs', 'prefetch'],
  'v1.1': ['api', 'cacheControl', 'waitMs', 'prefetch', 'language'],
};

/**
 * The parameters among the members of a look-up. If one is unknown, the result is only that one: the refusal names it.
 */
function toParameters(
  payload: Readonly<Record<string, unknown>>,
  api: Api,
  { extraParameters }: RequestReading,
): readonly Parameter[] {
  const members = Object.keys(payload).filter((name) => !OTHER_MEMBERS[api].includes(name));
  // An extra parameter may have the name of a member of every object, such as `constructor`.
  const factsOf = (name: string) => (Object.hasOwn(TABLES[api], name) ? TABLES[api][name] : undefined);
  const unknown = members.find((name) => factsOf(name) === undefined && !extraParameters.includes(name));
  // It has a value, because the reader skips a pair of two empty texts.
  if (unknown !== undefined) return [[unknown, 'a value']];
  const identifier = identifierOf(payload);
  return members.map((name) => toParameter(name, payload[name], typesOf(factsOf(name), identifier)));
}

/** The name of the identifier in a look-up by v2; undefined: there is none, or it is not known. */
function identifierOf({ identifierName }: Readonly<Record<string, unknown>>): IdentifierName | undefined {
  return typeof identifierName === 'string' ? toIdentifierName(identifierName) : undefined;
}

/** @param facts undefined: an extra parameter, which goes upstream unchanged */
function typesOf(facts: ParameterFacts | undefined, identifier: IdentifierName | undefined): readonly JsonType[] {
  return facts === undefined ? ['boolean', 'number'] : jsonTypesOf(facts, identifier);
}

/** The JSON types, in the words of a refusal. */
const TYPE_WORDS: Readonly<Record<JsonType, string>> = {
  boolean: 'a boolean',
  number: `a number up to ${Number.MAX_SAFE_INTEGER} (send a larger one as text)`,
  list: 'a list of texts',
};

function toParameter(name: string, value: unknown, types: readonly JsonType[]): Parameter {
  const isAllowed =
    typeof value === 'string' ||
    (types.includes('boolean') && typeof value === 'boolean') ||
    (types.includes('number') && isExact(value)) ||
    (types.includes('list') && Array.isArray(value) && value.every((element) => typeof element === 'string'));
  if (!isAllowed) {
    const allowed = ['a text', ...types.map((type) => TYPE_WORDS[type])].join(' or ');
    throw new InvalidRequestError('invalid_parameter', `${name} has a value of a wrong type; allowed is ${allowed}.`);
  }
  return [name, String(value)];
}

/**
 * JSON.parse may have rounded a larger number, and then the look-up would ask for another customer. Such a number must
 * come as text.
 */
function isExact(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}
