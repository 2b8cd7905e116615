/**
 * The client of Lookaside. Every other file of this package is internal.
 *
 * @module
 */
export type { Card, Customer, Identifier, LoyaltyProgramme, Notice, Profile, V1Customer } from './customer.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { type CallOptions, createLookaside, type Lookaside, type LookasideOptions } from './lookaside.ts';
export type {
  CacheUse,
  ErrorOutcome,
  FoundOutcome,
  LookupOutcome,
  NotFoundOutcome,
  PendingOutcome,
  ServiceErrorCode,
  TransportErrorCode,
  UpstreamError,
} from './outcome.ts';
export type { LookupQuery, QueryOptions, V1Filters, V1Identifier, V1Query, V2Query } from './query.ts';
