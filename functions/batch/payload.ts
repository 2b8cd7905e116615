import { APIS, type Api, type AskedLookup, type Parameter } from '../customer/request/canonical-request.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import type { RequestReading } from '../customer/request/reading.ts';
import { CUSTOMER_GET_FLAGS, CUSTOMER_GET_NUMBERS, CUSTOMER_GET_PARAMETERS } from '../customer/v1/v1-parameters.ts';
import { readCustomerGetRequest } from '../customer/v1/v1-request.ts';
import {
  CUSTOMER_DETAILS_FLAGS,
  CUSTOMER_DETAILS_NUMBERS,
  CUSTOMER_DETAILS_PARAMETERS,
} from '../customer/v2/v2-parameters.ts';
import { readCustomerDetailsRequest } from '../customer/v2/v2-request.ts';
import { type RequestDirectives, readDirectives } from '../lookup/directives.ts';

/** One look-up of a direct invocation, read. */
export interface LookupPayload {
  readonly asked: AskedLookup;
  readonly directives: RequestDirectives;
}

/** A direct invocation: one look-up, or several at once. */
export type InvokePayload =
  | { readonly kind: 'single'; readonly lookup: unknown }
  | { readonly kind: 'batch'; readonly lookups: readonly unknown[] };

/** How many look-ups one invocation may hold. */
export const MAX_LOOKUPS = 100;

/**
 * Tells a batch from a single look-up.
 *
 * @throws {InvalidRequestError} when the payload is neither, or holds too many
 */
export function readInvokePayload(payload: unknown): InvokePayload {
  if (!isObject(payload)) {
    throw new InvalidRequestError(
      'invalid_parameter',
      'The payload is no JSON object; allowed is one look-up, or {"lookups":[…]}.',
    );
  }
  if (!('lookups' in payload)) return { kind: 'single', lookup: payload };
  const { lookups } = payload;
  if (Object.keys(payload).length > 1) {
    throw new InvalidRequestError('unknown_parameter', 'Beside lookups nothing else is allowed in a batch.');
  }
  if (!Array.isArray(lookups)) throw new InvalidRequestError('invalid_parameter', 'lookups is no array.');
  if (lookups.length > MAX_LOOKUPS) {
    throw new InvalidRequestError(
      'too_many_lookups',
      `lookups holds ${lookups.length} look-ups; allowed are ${MAX_LOOKUPS} in one invocation.`,
    );
  }
  return { kind: 'batch', lookups };
}

/**
 * Reads a batch, and nothing else.
 *
 * @throws {InvalidRequestError} when the payload is none, or holds too many
 */
export function readBatchPayload(payload: unknown): readonly unknown[] {
  const invocation = readInvokePayload(payload);
  if (invocation.kind === 'batch') return invocation.lookups;
  throw new InvalidRequestError('missing_parameter', 'lookups is missing; allowed is {"lookups":[…]}.');
}

/** What may be sent as something else than text, by API. */
const KINDS: Readonly<Record<Api, Kinds>> = {
  v2: {
    names: CUSTOMER_DETAILS_PARAMETERS,
    flags: CUSTOMER_DETAILS_FLAGS,
    numbers: CUSTOMER_DETAILS_NUMBERS,
    lists: ['embed'],
  },
  'v1.1': {
    names: CUSTOMER_GET_PARAMETERS,
    flags: CUSTOMER_GET_FLAGS,
    // A flag may be 1 or 0.
    numbers: [...CUSTOMER_GET_NUMBERS, ...CUSTOMER_GET_FLAGS],
    lists: [],
  },
};

interface Kinds {
  readonly names: readonly string[];
  readonly flags: readonly string[];
  readonly numbers: readonly string[];
  readonly lists: readonly string[];
}

/**
 * Reads one look-up: `api`, the API's parameters under their own names (`embed` as an array if wanted), `language`, and
 * `cacheControl`.
 *
 * @param cacheControl for a look-up that has none of its own
 * @throws {InvalidRequestError} when it is no object, is for an API that is not known, or holds what is not allowed
 */
export async function readLookupPayload(
  payload: unknown,
  reading: RequestReading,
  cacheControl?: string,
): Promise<LookupPayload> {
  if (!isObject(payload)) throw new InvalidRequestError('invalid_parameter', 'A look-up is no JSON object.');
  const { api: name = 'v2', cacheControl: own, language } = payload;
  const api = APIS.find((known) => known === name);
  if (api === undefined) {
    const allowed = APIS.map((known) => JSON.stringify(known)).join(' and ');
    throw new InvalidRequestError('invalid_parameter', `api is not known; allowed are ${allowed}.`);
  }
  const directives = readDirectives(readOptionalText('cacheControl', own, 'max-age=60') ?? cacheControl);
  if (api === 'v2') {
    return { asked: await readCustomerDetailsRequest(toParameters(payload, api, reading), reading), directives };
  }
  const spoken = readOptionalText('language', language, 'zh');
  return { asked: await readCustomerGetRequest(toParameters(payload, api, reading), spoken, reading), directives };
}

function readOptionalText(name: string, value: unknown, example: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidRequestError('invalid_parameter', `${name} is no text; allowed is one such as "${example}".`);
}

/** The members of a look-up that are no parameters. */
const OTHER_MEMBERS: Readonly<Record<Api, readonly string[]>> = {
  v2: ['api', 'cacheControl'],
  'v1.1': ['api', 'cacheControl', 'language'],
};

/** The parameters among the members of a look-up; of a look-up with an unknown one, that alone: it is refused for it. */
function toParameters(
  payload: Readonly<Record<string, unknown>>,
  api: Api,
  { extraParameters }: RequestReading,
): readonly Parameter[] {
  const { names, flags, numbers, lists } = KINDS[api];
  const kinds = {
    names: [...names, ...extraParameters],
    // Whatever an extra parameter is, it goes upstream as it is written.
    flags: [...flags, ...extraParameters],
    numbers: [...numbers, ...extraParameters],
    lists,
  };
  const members = Object.keys(payload);
  const unknown = members.find((name) => !kinds.names.includes(name) && !OTHER_MEMBERS[api].includes(name));
  if (unknown !== undefined) return [[unknown, '']];
  return members.filter((name) => kinds.names.includes(name)).map((name) => toParameter(name, payload[name], kinds));
}

function toParameter(name: string, value: unknown, { flags, numbers, lists }: Kinds): Parameter {
  const isAllowed =
    typeof value === 'string' ||
    (flags.includes(name) && typeof value === 'boolean') ||
    (numbers.includes(name) && isExact(value)) ||
    (lists.includes(name) && Array.isArray(value) && value.every((element) => typeof element === 'string'));
  if (!isAllowed) throw new InvalidRequestError('invalid_parameter', `${name} has a value of a wrong type.`);
  return [name, String(value)];
}

/** A number that JSON.parse may have rounded would ask for something else: that has to come as text. */
function isExact(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
