import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { LookupOutcome as Outcome } from './batch/outcome.ts';
import type { V1_FLAGS } from './customer/v1/v1-parameters.ts';

/**
 * The typed client for other Lambdas: who is this?
 *
 * ```ts
 * import { LambdaClient } from '@aws-sdk/client-lambda';
 * import { createLookasideClient } from './functions/client.ts';
 *
 * const lookaside = createLookasideClient(new LambdaClient());
 * const outcome = await lookaside.lookup({
 *   source: 'INSTORE',
 *   identifierName: 'mobile',
 *   identifierValue: '+91 98765 43210',
 *   embed: ['points'],
 * });
 * switch (outcome.kind) {
 *   case 'found': greet(outcome.customer); break;
 *   case 'not-found': offerEnrolment(); break;
 *   case 'error': carryOnWithout(outcome.code, outcome.retryAfterSeconds); break;
 * }
 * ```
 */
export interface LookasideClient {
  /**
   * Looks one customer up. Every business outcome is returned: found, not found, refused, upstream down.
   *
   * @throws {LookasideInvocationError} when the function itself failed
   * @throws what the SDK throws when the function could not be invoked
   */
  lookup(query: LookupQuery): Promise<LookupOutcome>;

  /**
   * Looks up to 100 customers up at once; the outcomes are in the same order, each its own.
   *
   * @throws {LookasideInvocationError} when the function itself failed, or refused the batch as a whole
   * @throws what the SDK throws when the function could not be invoked
   */
  lookupBatch(queries: readonly LookupQuery[]): Promise<readonly LookupOutcome[]>;
}

/** What came of a look-up. */
export type LookupOutcome = Outcome<JsonValue>;

/**
 * A JSON value of the customer. A number that a JavaScript number cannot hold (64-bit ids beyond 2^53, decimals of many
 * digits) is its text.
 */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A look-up, by either of the upstream's APIs. */
export type LookupQuery = CustomerDetailsQuery | CustomerGetQuery;

/** A look-up by the upstream's v2 API: its parameters under their own names. */
export interface CustomerDetailsQuery extends QueryOptions {
  readonly api?: 'v2';
  /** Where the identifier is registered: INSTORE, WECHAT, ALL, … */
  readonly source: string;
  /** Required for every source but INSTORE. */
  readonly accountId?: string;
  /** mobile, email, cardnumber, externalId, … */
  readonly identifierName: string;
  readonly identifierValue: string;
  /** Sections to add: points, mlp, subscriptions, …; and of v1.1 coupons, slabHistory, registeredStore, … */
  readonly embed?: readonly string[];
  readonly includedFraudDetails?: boolean;
  readonly includedOnlyCurrentProfile?: boolean;
  readonly includedNPS?: boolean;
  readonly basicIdentifierLookup?: boolean;
  readonly includedUserGroup2LoyaltyDetails?: boolean;
  readonly includedAllUserGroup2?: boolean;
  /** 64-bit: as text beyond 2^53. */
  readonly userGroup2Id?: number | string;
  /** In days; needs `mlp` in `embed`. */
  readonly gapToUpgrade?: number;
  /** In days; needs `mlp` in `embed`. */
  readonly gapToRenew?: number;
}

/** A look-up by the upstream's v1.1 API: its parameters under their own names. */
export type CustomerGetQuery = CustomerGetIdentifier &
  CustomerGetFilters &
  QueryOptions & {
    readonly api: 'v1.1';
    /** An ISO code: the language of transactions' extended fields. Default: English. */
    readonly language?: string;
  };

/** One customer's identifier, exactly one. */
export type CustomerGetIdentifier =
  | { readonly id: number | string }
  | { readonly mobile: string }
  | { readonly email: string }
  | { readonly external_id: string }
  | { readonly card_number: string }
  | { readonly card_external_id: string };

/** The sections to add (`slab_history: true`), and what narrows transactions and coupons. */
export interface CustomerGetFilters extends Partial<Readonly<Record<(typeof V1_FLAGS)[number], boolean>>> {
  /** A transaction's number. */
  readonly number?: number | string;
  readonly store_code?: string;
  readonly till_code?: string;
  readonly amount?: number | string;
  /** A day: YYYY-MM-DD. */
  readonly date?: string;
  readonly type?: 'REGULAR' | 'NOT_INTERESTED' | 'RETURN' | 'NOT_INTERESTED_RETURN' | 'MIXED' | 'NI_MIXED' | 'ALL';
  readonly coupon_limit?: number;
  readonly coupon_offset?: number;
  readonly coupon_offer?: number;
  readonly coupon_order_by?: 'created_date' | 'created_by' | 'valid_till';
  readonly coupon_sort_order?: 'asc' | 'desc';
  readonly coupon_org_entity_type?: string;
  readonly coupon_org_entity_value?: string;
  readonly coupon_status?: string;
  /** In days; needs `mlp: true`. */
  readonly gap_to_upgrade_for?: number;
  /** In days; needs `mlp: true`. */
  readonly gap_to_renew_for?: number;
  /** 64-bit: as text beyond 2^53. */
  readonly program_id?: number | string;
}

/** What any look-up may say besides. */
export interface QueryOptions {
  /** Parameters that the deployment adds (`EXTRA_PARAMETERS`), by their names. */
  readonly extra?: Readonly<Record<string, string | number | boolean>>;
  /** Narrows the profile: `id,profiles(firstName,lastName)`; of v1.1 `firstname,coupons`. */
  readonly fields?: string;
  /** The request's directives (RFC 9111 §5.2.1): `max-age=60`, `no-cache`, `only-if-cached`, … */
  readonly cacheControl?: string;
}

export interface LookasideClientOptions {
  /** The function's name or ARN. Default: `lookaside-invoke`. */
  readonly functionName?: string;
}

/** The function itself failed: a fault of Lookaside's own, a time-out, or a payload that it refused as a whole. */
export class LookasideInvocationError extends Error {
  override readonly name = 'LookasideInvocationError';
}

/** Makes a client that invokes the function by this Lambda client. */
export function createLookasideClient(
  lambda: LambdaClient,
  { functionName = 'lookaside-invoke' }: LookasideClientOptions = {},
): LookasideClient {
  const invoke = async (payload: unknown): Promise<unknown> => {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) });
    const { Payload, FunctionError } = await lambda.send(command);
    const text = Payload?.transformToString() ?? 'null';
    if (FunctionError !== undefined) {
      throw new LookasideInvocationError(`${functionName} failed (${FunctionError}).`);
    }
    return parseKeepingNumbers(text);
  };

  return {
    lookup: async (query) => (await invoke(toPayload(query))) as LookupOutcome,
    lookupBatch: async (queries) => {
      const answer = (await invoke({ lookups: queries.map(toPayload) })) as
        | { readonly results: readonly LookupOutcome[] }
        | Extract<LookupOutcome, { kind: 'error' }>;
      if ('results' in answer) return answer.results;
      throw new LookasideInvocationError(`${functionName} refused the batch: ${answer.message}`);
    },
  };
}

/** A query as it is sent: the extra parameters stand beside the others, and never in place of one. */
function toPayload({ extra, ...query }: LookupQuery): object {
  return { ...extra, ...query };
}

/** What a number that a JavaScript number cannot hold has: 16 digits and more, or an exponent. */
const MAY_EXCEED_NUMBER = /[0-9.]{16}|[0-9][eE]/;

/** Parses JSON text; a number that a JavaScript number cannot hold becomes its text. */
export function parseKeepingNumbers(text: string): unknown {
  if (!MAY_EXCEED_NUMBER.test(text)) return JSON.parse(text);
  const reviver = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && !isHeld(context.source, value)
      ? context.source
      : value;
  return JSON.parse(text, reviver);
}

/** Whether a JavaScript number holds what was written, zeros at the end of a fraction aside. */
function isHeld(written: string, value: number): boolean {
  return Number.isFinite(value) && significant(written) === significant(String(value));
}

/** A decimal number as sign, digits and exponent, each in its one spelling. */
function significant(decimal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(decimal) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const trimmed = withoutZerosAtEnd(digits);
  if (trimmed === '') return '0';
  const scale = Number(exponent) - fraction.length + (digits.length - trimmed.length);
  return `${sign}${trimmed}e${scale}`;
}

/** By a loop: a pattern would take quadratic time on zeros that do not stand at the end. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
