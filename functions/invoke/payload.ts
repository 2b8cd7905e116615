import * as z from 'zod/mini';
import type { Parameter } from '../customer/canonical-request.ts';
import { CUSTOMER_DETAILS_PARAMETERS } from '../customer/customer-details-request.ts';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';

/** One look-up of a direct invocation, as it was sent. */
export interface LookupPayload {
  readonly parameters: readonly Parameter[];
  /** The request's directives, as in the HTTP header of that name. */
  readonly cacheControl: string | undefined;
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
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new InvalidRequestError(
      'invalid_parameter',
      'The payload is no JSON object; allowed is one look-up, or {"lookups":[…]}.',
    );
  }
  if (!('lookups' in payload)) return { kind: 'single', lookup: payload };
  const { lookups, ...others } = payload;
  if (Object.keys(others).length > 0) {
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

const text = z.string();
const flag = z.union([z.boolean(), z.enum(['true', 'false'])]);
// A number that JSON.parse may have rounded would ask for something else: that has to come as text.
const wholeNumber = z.union([z.int(), z.string()]);

/** What may be sent as something else than text. */
const SCHEMA_BY_NAME: Partial<Record<(typeof CUSTOMER_DETAILS_PARAMETERS)[number], z.ZodMiniType>> = {
  embed: z.union([z.array(text), text]),
  includedFraudDetails: flag,
  includedUserGroup2LoyaltyDetails: flag,
  includedAllUserGroup2: flag,
  userGroup2Id: wholeNumber,
  gapToUpgrade: wholeNumber,
  gapToRenew: wholeNumber,
};

/**
 * Reads one look-up: the API's parameters under their own names, `embed` as an array if wanted, and `cacheControl`.
 *
 * @throws {InvalidRequestError} when it is no object, is for an API that is not known, or holds a value of a wrong type
 */
export function readLookupPayload(payload: unknown): LookupPayload {
  const lookup = z.record(z.string(), z.unknown()).safeParse(payload);
  if (!lookup.success) throw new InvalidRequestError('invalid_parameter', 'A look-up is no JSON object.');
  const { api = 'v2', cacheControl, ...parameters } = lookup.data;
  if (api !== 'v2') throw new InvalidRequestError('invalid_parameter', 'api is not known; allowed is "v2".');
  if (cacheControl !== undefined && typeof cacheControl !== 'string') {
    throw new InvalidRequestError('invalid_parameter', 'cacheControl is no text; allowed is one such as "max-age=60".');
  }
  return { parameters: Object.entries(parameters).map(toParameter), cacheControl };
}

function toParameter([name, value]: [string, unknown]): Parameter {
  // An unknown name is refused by the request's reader, whatever its value.
  const known = CUSTOMER_DETAILS_PARAMETERS.find((candidate) => candidate === name);
  if (known === undefined) return [name, ''];
  const parsed = (SCHEMA_BY_NAME[known] ?? text).safeParse(value);
  if (!parsed.success) throw new InvalidRequestError('invalid_parameter', `${known} has a value of a wrong type.`);
  return [known, String(parsed.data)];
}
