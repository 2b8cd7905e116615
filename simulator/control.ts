import * as z from 'zod/mini';
import { isArray, isObject, type Json, type JsonObject, parseJson } from '../functions/customer/json/json.ts';
import { DirectoryError, objectsOf, type Place } from './customer-directory.ts';
import { digits } from './digits.ts';
import { type Fault, FaultSchema } from './faults.ts';
import { IDENTIFIER_NAMES } from './identifiers.ts';
import type { Counters } from './journal.ts';
import { describeCustomer } from './made-up-customers.ts';
import type { SimulatedUpstream } from './simulated-upstream.ts';
import { INSTORE } from './sources.ts';

/**
 * The control endpoint: `/__control` on the simulator's own port. It is for whoever sits at this machine: the simulator
 * listens on 127.0.0.1 alone, and the endpoint refuses (403) a request whose peer or `Host` is not loopback, so that
 * neither a proxy in front nor a web page that was led here can use it.
 *
 * - `GET /__control` → the state: counters, faults in force, latency, the latest requests (oldest first; `?requests=N`
 *   for the last N only, 0 for none).
 * - `POST /__control` with `Content-Type: application/json` and a command → the state after it, without the requests. A
 *   command may name several things at once; what is wrong with one is said in a 400 as `{"error":"…"}`.
 * - `DELETE /__control` → everything as at the start. `DELETE /__control/faults` and `DELETE /__control/counters` (with
 *   the recorded requests) → that part alone.
 * - `POST /__control/events` → sends an event notification to a webhook; see `notify.ts`.
 *
 * ```sh
 * curl -X POST -H 'content-type: application/json' http://127.0.0.1:4010/__control -d '{"latencyMs": 2000}'
 *   -d '{"fault": {"kind": "status", "status": 503, "times": 3}}'
 *   -d '{"fault": {"kind": "throttle", "retryAfterSeconds": 7, "share": 0.2}}'
 *   -d '{"change": {"id": "566881933", "firstName": "Bubu", "points": "120.50"}}'
 *   -d '{"erase": "566881933"}'
 *   -d '{"reassign": {"name": "mobile", "value": "1234512345", "to": "7000000002"}}'
 *   -d '{"merge": {"from": "7000000002", "into": "7000000003"}}'
 *   -d '{"revokeTokens": true}'
 *   -d '{"isV1Wrapped": false, "isV1CustomerObject": true}'
 *   -d '{"isV1CustomersList": true}'
 *   -d '{"fault": {"kind": "erased", "place": "response-status", "status": 404, "urlIncludes": "12341234"}}'
 *   -d '{"fault": {"kind": "blank", "times": 5}}'
 *   -d '{"fault": {"kind": "html", "status": 404}}'
 *   -d '{"fault": {"kind": "merged", "code": 91009}}'
 *   -d '{"fault": {"kind": "reset-reused"}}'
 *   -d '{"fault": {"kind": "wrong-encoding", "encoding": "br"}}'
 *   -d '{"fault": {"kind": "oversize", "sizeBytes": 500000, "filling": "members"}}'
 * curl -X DELETE http://127.0.0.1:4010/__control/faults
 * ```
 *
 * All faults, with what each does and takes: `faults.ts`. In the process itself, `Simulator.control(command)` and `Simulator.reset()` do the same.
 */
export const CONTROL_PATH = '/__control';

const nonEmpty = z.string().check(z.minLength(1));
const customerId = z.string().check(z.regex(/^\d{1,19}$/, 'is not a customer id: 1 to 19 digits, as a text'));
const decimal = z.string().check(z.regex(/^-?\d+(\.\d+)?$/, 'is not the digits of a number, as a text'));
const count = z.int().check(z.minimum(0));
const identifierName = z.enum(IDENTIFIER_NAMES);
const place = {
  /** Default: INSTORE. */
  source: z.optional(nonEmpty),
  /** Default: empty. */
  accountId: z.optional(z.string()),
};

const CommandSchema = z.strictObject({
  /** Adds a fault; see `faults.ts`. */
  fault: z.optional(FaultSchema),
  /** Milliseconds; with it goes the jitter, to a third of it, unless that is given too. */
  latencyMs: z.optional(count),
  /** Milliseconds. */
  jitterMs: z.optional(count),
  /** HTTP status of a reply whose body holds errors. */
  errorStatus: z.optional(z.int().check(z.minimum(200), z.maximum(599))),
  /** 0: no limit. */
  rateLimitPerMinute: z.optional(count),
  /** Whether v1.1's reply is wrapped in `response`. */
  isV1Wrapped: z.optional(z.boolean()),
  /** Whether v1.1's `customer` is one object where there is one; else it is an array. */
  isV1CustomerObject: z.optional(z.boolean()),
  /** Whether v1.1's `customers` is the list of customers itself, as an older page shows it; `customer` is left out then. */
  isV1CustomersList: z.optional(z.boolean()),
  /** No token issued so far is good any more. */
  revokeTokens: z.optional(z.literal(true)),
  /** From now on these are right and the old ones wrong. */
  credentials: z.optional(
    z.strictObject({
      basic: z.optional(z.strictObject({ username: nonEmpty, password: nonEmpty })),
      oauth: z.optional(z.strictObject({ key: nonEmpty, secret: nonEmpty })),
    }),
  ),
  /** Adds a customer (in place of one with the same id). */
  add: z.optional(
    z.strictObject({
      id: customerId,
      ...place,
      /** Default: Added. */
      firstName: z.optional(nonEmpty),
      /** Default: Example. */
      lastName: z.optional(nonEmpty),
      /** By name; cardnumber and cardExternalId make a card. */
      identifiers: z.partialRecord(identifierName, nonEmpty),
      /** Digits of the balance. Default: 0.00. */
      points: z.optional(decimal),
    }),
  ),
  /** Changes a customer's data. */
  change: z.optional(
    z.strictObject({
      id: customerId,
      /** In every profile. */
      firstName: z.optional(nonEmpty),
      /** In every profile. */
      lastName: z.optional(nonEmpty),
      /** Digits of the balance of the first programme. */
      points: z.optional(decimal),
      /** A merge patch (RFC 7396) for the v2 document; numbers keep their digits over HTTP. */
      patch: z.optional(z.custom<JsonObject>((value) => typeof value === 'object' && value !== null)),
    }),
  ),
  /** Erases the customer with this id. */
  erase: z.optional(customerId),
  /** Takes an identifier from whoever has it in that source and account, and gives it to a customer. */
  reassign: z.optional(z.strictObject({ name: identifierName, value: nonEmpty, ...place, to: customerId })),
  /** Merges a customer into another. */
  merge: z.optional(z.strictObject({ from: customerId, into: customerId })),
});

/** One or several things to do; see `CONTROL_PATH`. */
export type ControlCommand = z.input<typeof CommandSchema>;

/** What the control endpoint tells. */
export interface ControlState {
  readonly counters: Counters;
  readonly faults: readonly Fault[];
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly errorStatus: number;
  readonly rateLimitPerMinute: number;
  readonly isV1Wrapped: boolean;
  readonly isV1CustomerObject: boolean;
  readonly isV1CustomersList: boolean;
  readonly customerCount: number;
}

/** Thrown when a command is wrong: the message says where and how. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** What can be reset by itself. */
export type ResetPart = 'everything' | 'faults' | 'counters';

/** Does what a command says, nothing of it when its form is wrong. @throws {ControlError} when it cannot */
export function control(upstream: SimulatedUpstream, input: unknown): ControlState {
  const parsed = CommandSchema.safeParse(input, { error: z.locales.en().localeError });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the command'}: ${message}`);
    throw new ControlError(problems.join('; '));
  }
  try {
    carryOut(upstream, parsed.data);
  } catch (error) {
    if (error instanceof DirectoryError) throw new ControlError(error.message, { cause: error });
    throw error;
  }
  return stateOf(upstream);
}

export function stateOf(upstream: SimulatedUpstream): ControlState {
  return {
    counters: upstream.journal.counters,
    faults: upstream.faults.list(),
    ...upstream.latency,
    errorStatus: upstream.errorStatus,
    rateLimitPerMinute: upstream.rateLimit.perMinute,
    isV1Wrapped: upstream.v1Shape.isWrapped,
    isV1CustomerObject: upstream.v1Shape.isCustomerObject,
    isV1CustomersList: upstream.v1Shape.isCustomersList,
    customerCount: upstream.directory.size,
  };
}

export function reset(upstream: SimulatedUpstream, part: ResetPart): void {
  if (part === 'faults') upstream.faults.clear();
  else if (part === 'counters') upstream.journal.reset();
  else upstream.reset();
}

/** Reads a command's JSON: numbers of a `patch` keep their digits. @throws {ControlError} when it is no JSON */
export function readCommand(text: string): unknown {
  try {
    const command: unknown = JSON.parse(text);
    const exact = parseJson(text);
    if (!isObject(exact) || !isObject(exact.change) || exact.change.patch === undefined) return command;
    const { change } = command as { change: object };
    return { ...(command as object), change: { ...change, patch: exact.change.patch } };
  } catch (error) {
    throw new ControlError('The body is not JSON.', { cause: error });
  }
}

function carryOut(upstream: SimulatedUpstream, command: z.output<typeof CommandSchema>): void {
  const { directory } = upstream;
  const { latencyMs, jitterMs, add, change, reassign, isV1Wrapped, isV1CustomerObject, isV1CustomersList } = command;
  if (command.fault !== undefined) upstream.faults.add(command.fault);
  if (latencyMs !== undefined) upstream.latency = { latencyMs, jitterMs: latencyMs / 3 };
  if (jitterMs !== undefined) upstream.latency = { ...upstream.latency, jitterMs };
  if (command.errorStatus !== undefined) upstream.errorStatus = command.errorStatus;
  if (command.rateLimitPerMinute !== undefined) upstream.rateLimit.perMinute = command.rateLimitPerMinute;
  if (isV1Wrapped !== undefined) upstream.v1Shape = { ...upstream.v1Shape, isWrapped: isV1Wrapped };
  if (isV1CustomerObject !== undefined) {
    upstream.v1Shape = { ...upstream.v1Shape, isCustomerObject: isV1CustomerObject };
  }
  if (isV1CustomersList !== undefined) {
    upstream.v1Shape = { ...upstream.v1Shape, isCustomersList: isV1CustomersList };
  }
  if (command.revokeTokens) upstream.credentials.revokeTokens();
  if (command.credentials !== undefined) {
    upstream.credentials.change(command.credentials.basic, command.credentials.oauth);
  }
  if (add !== undefined) directory.put(toAddedCustomer(add));
  if (change !== undefined) directory.change(change.id, (document) => changed(document, change));
  if (reassign !== undefined) directory.reassign(placeOf(reassign), reassign, reassign.to);
  if (command.merge !== undefined) directory.merge(command.merge.from, command.merge.into);
  if (command.erase !== undefined) directory.erase(command.erase);
}

type Added = NonNullable<z.output<typeof CommandSchema>['add']>;
type Changed = NonNullable<z.output<typeof CommandSchema>['change']>;

function placeOf({
  source = INSTORE,
  accountId = '',
}: {
  source?: string | undefined;
  accountId?: string | undefined;
}): Place {
  return { source, accountId };
}

function toAddedCustomer(added: Added) {
  const { cardnumber, cardExternalId = '', id: _, ...own } = added.identifiers;
  return describeCustomer({
    id: added.id,
    firstName: added.firstName ?? 'Added',
    lastName: added.lastName ?? 'Example',
    registrations: [
      { ...placeOf(added), identifiers: Object.entries(own).map(([type, value]) => ({ type, value: value ?? '' })) },
    ],
    cards: cardnumber === undefined ? [] : [{ cardnumber, cardExternalId, status: 'ACTIVE' }],
    programmeCount: 1,
    points: added.points ?? '0.00',
    lifetimePurchases: '0.000',
    offset: 'Z',
  });
}

function changed(document: JsonObject, { firstName, lastName, points, patch }: Changed): JsonObject {
  const names = { ...(firstName === undefined ? {} : { firstName }), ...(lastName === undefined ? {} : { lastName }) };
  const balance = points === undefined ? {} : { loyaltyPoints: digits(points), totalAvailablePoints: digits(points) };
  const [first, ...others] = objectsOf(document.loyaltyProgramDetails);
  const result: JsonObject = {
    ...document,
    profiles: objectsOf(document.profiles).map((profile) => ({ ...profile, ...names })),
    loyaltyProgramDetails: first === undefined ? [] : [{ ...first, ...balance }, ...others],
  };
  return patch === undefined ? result : (merged(result, withExactNumbers(patch)) as JsonObject);
}

/** In the process a patch may hold JavaScript numbers; read from HTTP, its numbers already keep their digits. */
function withExactNumbers(patch: JsonObject): Json {
  return parseJson(JSON.stringify(patch));
}

/** RFC 7396: objects are merged, null removes, anything else takes the place of what was there. */
function merged(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch) || isArray(patch)) return patch;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}
