import * as z from 'zod/mini';
import { IDENTIFIER_NAMES } from '../../functions/customer/identifier/identifier-name.ts';
import type { JsonObject } from '../../functions/customer/json/json.ts';
import { count, httpStatus } from '../faults/fault-values.ts';
import { FaultSchema } from '../faults/faults.ts';

const nonEmpty = z.string().check(z.minLength(1));
const customerId = z.string().check(z.regex(/^\d{1,19}$/, 'is not a customer id: 1 to 19 digits, as a text'));
const decimal = z.string().check(z.regex(/^-?\d+(\.\d+)?$/, 'is not the digits of a number, as a text'));
const identifierName = z.enum(IDENTIFIER_NAMES);
const place = {
  /** Default: INSTORE. */
  source: z.optional(nonEmpty),
  /** Default: empty. */
  accountId: z.optional(z.string()),
};

/** A control command: each member does something, and all are optional. */
export const CommandSchema = z.strictObject({
  /** Adds a fault; see `faults/faults.ts`. */
  fault: z.optional(FaultSchema),
  // A part of the behaviour: see `behaviour.ts`.
  latencyMs: z.optional(count),
  jitterMs: z.optional(count),
  errorStatus: z.optional(httpStatus),
  rateLimitPerMinute: z.optional(count),
  isV1Wrapped: z.optional(z.boolean()),
  isV1CustomerObject: z.optional(z.boolean()),
  isV1CustomersList: z.optional(z.boolean()),
  /** From now on no token that was issued so far works. */
  revokeTokens: z.optional(z.literal(true)),
  /** From now on these credentials are right, and the old ones are wrong. */
  credentials: z.optional(
    z.strictObject({
      basic: z.optional(z.strictObject({ username: nonEmpty, password: nonEmpty })),
      oauth: z.optional(z.strictObject({ key: nonEmpty, secret: nonEmpty })),
    }),
  ),
  /** Adds a customer, or replaces the one with the same id. */
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
  /** Takes an identifier from every customer that has it in that source and account, and gives it to another customer. */
  reassign: z.optional(z.strictObject({ name: identifierName, value: nonEmpty, ...place, to: customerId })),
  /** Merges a customer into another. */
  merge: z.optional(z.strictObject({ from: customerId, into: customerId })),
});

/** One or several things to do. */
export type ControlCommand = z.output<typeof CommandSchema>;
