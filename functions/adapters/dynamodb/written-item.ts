import { gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CacheKey } from '../../customer/request/cache-key.ts';
import type { CacheEntry, Lease, LeaseOutcome, RevalidationMark } from '../../lookup/entry.ts';
import type { PartitionItem } from '../../lookup/partition-page.ts';
import { itemBytes, WRITE_UNIT_BYTES } from './item-bytes.ts';
import { aliasesOf, type Item, keyAttributes, leaseStateOf } from './stored-item.ts';
import { BODY_ATTRIBUTES, dictionaryAttributes, gzipAttributes } from './written-body.ts';

/** DynamoDB's limit for an item, names and numbers included. */
const MAX_ITEM_BYTES = 400 * 1024;
/** The size of a lease with its outcome and of a mark, generously. An entry leaves room for them. */
const OTHER_PARTS_BYTES = 640;
/** A longer body hardly ever fits into one write unit, so no dictionary is tried. Characters. */
const MAX_DICTIONARY_LENGTH = 8 * 1024;

/** A number as an attribute. */
export function number(value: number): AttributeValue {
  return { N: String(value) };
}

/** DynamoDB's TTL attribute for an item that is useful until then: epoch seconds, rounded up. */
export function ttl(untilMs: number): AttributeValue {
  return number(Math.ceil(untilMs / 1000));
}

/**
 * The item of an entry without a lease, or undefined if it would be over DynamoDB's limit.
 *
 * The body is one packed text, not a map of attributes: a tenth of the CPU on a hit, a third of the write units. It is
 * gzipped, because the service can hand gzip on to a caller. If a dictionary saves the second write unit, the body is
 * packed with that instead. For a shorter body it saves no unit, and for a longer one only a few of many, so such
 * bodies stay gzipped.
 */
export function toItem(key: CacheKey, entry: CacheEntry, version: string): Item | undefined {
  const facts: Item = {
    ...keyAttributes(key),
    kind: { S: entry.kind },
    status: number(entry.status),
    askedAt: number(entry.askedAt),
    freshnessCut: { N: entry.freshnessCut.toFixed(4) },
    // The entry's own expiry. The TTL attribute is separate, because a lease moves it.
    entryExpiresAt: number(entry.expiresAt),
    expiresAt: ttl(entry.expiresAt),
    ...(entry.customer !== undefined && { customer: { S: entry.customer } }),
    ...(entry.customerAliases.length > 0 && { customerAliases: { L: entry.customerAliases.map((S) => ({ S })) } }),
    ...(entry.staleFrom !== undefined && { staleFrom: number(entry.staleFrom) }),
    ...(entry.isPrefetched && { prefetched: number(1) }),
    version: { S: version },
  };
  const item = { ...facts, ...gzipAttributes(entry.body) };
  const bytes = itemBytes(item);
  if (bytes + OTHER_PARTS_BYTES > MAX_ITEM_BYTES) return undefined;
  if (bytes <= WRITE_UNIT_BYTES || entry.body.length > MAX_DICTIONARY_LENGTH) return item;
  const shorter = { ...facts, ...dictionaryAttributes(entry.body) };
  return itemBytes(shorter) <= WRITE_UNIT_BYTES ? shorter : item;
}

/** The attributes of an entry, without its TTL attribute. */
export const ENTRY_ATTRIBUTES = [
  ...BODY_ATTRIBUTES,
  'kind',
  'status',
  'askedAt',
  'freshnessCut',
  'entryExpiresAt',
  'customer',
  'customerAliases',
  'staleFrom',
  'prefetched',
  'version',
] as const;

/** The attributes of a lease. */
export const LEASE_ATTRIBUTES = ['leaseToken', 'leaseUntil', 'leaseMs', 'leaseExpectedMs'] as const;

/** The attributes of a lease; without `leaseExpectedMs` if its holder does not know how long the fetch takes. */
export function leaseAttributes({ token, until, durationMs, expectedMs }: Lease): Item {
  const times = { leaseUntil: number(until), leaseMs: number(durationMs) };
  return {
    leaseToken: { S: token },
    ...times,
    ...(expectedMs !== undefined && { leaseExpectedMs: number(expectedMs) }),
  };
}

/** The attributes that only some outcomes have. */
export const OUTCOME_DETAILS = [
  'outcomeFailure',
  'outcomeRetryAfterMs',
  'outcomeStatus',
  'outcomeBody',
  'outcomeAskedAt',
  'outcomeWhy',
] as const;

/** The upstream's message about an erased customer is one line. A packed message longer than this is not kept. */
const MAX_OUTCOME_BODY_BYTES = 64 * 1024;

/** The attributes of how a lease ended. An answer that is too long for the item ends the lease as `not-stored`. */
export function outcomeAttributes(outcome: LeaseOutcome): Item {
  const { kind, token } = outcome;
  switch (kind) {
    case 'failed': {
      const details = {
        outcomeFailure: { S: outcome.failure },
        outcomeRetryAfterMs: number(outcome.retryAfterMs ?? 0),
      };
      return { ...endedAs(kind, token), ...details };
    }
    case 'erased': {
      const body = gzipSync(outcome.body);
      if (body.length > MAX_OUTCOME_BODY_BYTES) return endedAs('not-stored', token);
      const details = {
        outcomeStatus: number(outcome.status),
        outcomeBody: { B: body },
        outcomeAskedAt: number(outcome.askedAt),
      };
      return { ...endedAs(kind, token), ...details };
    }
    case 'not-stored': {
      const why = outcome.why === undefined ? {} : { outcomeWhy: { S: outcome.why } };
      return { ...endedAs(kind, token), ...why };
    }
    default:
      return endedAs(kind, token);
  }
}

function endedAs(kind: LeaseOutcome['kind'], token: string): Item {
  return { outcome: { S: kind }, outcomeToken: { S: token } };
}

/** The names of the attributes of a mark for revalidation. */
export const MARK_ATTRIBUTES = ['revalidationUntil', 'revalidationBackoffMs'] as const;

/** The attributes of a mark for revalidation. */
export function markAttributes({ until, backoffMs }: RevalidationMark): Item {
  return { revalidationUntil: number(until), revalidationBackoffMs: number(backoffMs) };
}

/** The attributes to read of each item of a partition: only short ones. */
export const LISTED_ATTRIBUTES = [
  'sk',
  'version',
  'staleFrom',
  'leaseToken',
  'outcome',
  'customer',
  'customerAliases',
] as const;

/** An item of a partition, as a list shows it. */
export function toPartitionItem(partition: string, item: Item): PartitionItem {
  return {
    key: { partition, variant: item.sk?.S ?? '' },
    hasEntry: item.version !== undefined,
    isMarked: item.version !== undefined && item.staleFrom !== undefined,
    lease: leaseStateOf(item),
    hasOutcome: item.outcome !== undefined,
    customers: [...(item.customer?.S === undefined ? [] : [item.customer.S]), ...aliasesOf(item)],
  };
}
