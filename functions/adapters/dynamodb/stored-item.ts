import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CacheKey } from '../../customer/cache-key.ts';
import type { CacheEntry, Lease, LeaseOutcome, RevalidationMark, StoredItem } from '../../lookup/entry.ts';
import type { PartitionItem } from '../../lookup/ports.ts';
import { FAILURE_KINDS } from '../../lookup/upstream.ts';

/** An item of the table, as the store's own wire format has it. */
export type Item = Record<string, AttributeValue>;

/** The form of the entries written here. An entry of any other form is a miss. */
const FORM = '2';

/** DynamoDB's limit for an item, names and numbers included. */
const MAX_ITEM_BYTES = 400 * 1024;
/** What an item of ours holds besides its body and its key, generously: a lease and its outcome too. */
const OVERHEAD_BYTES = 1024;

/** No stored reply is larger than this when inflated: the upstream's replies are capped well below. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The key's attributes. */
export function keyAttributes({ partition, variant }: CacheKey): Item {
  return { pk: { S: partition }, sk: { S: variant } };
}

/** The key that an item has. */
export function keyOf({ pk, sk }: Item): CacheKey {
  return { partition: pk?.S ?? '', variant: sk?.S ?? '' };
}

/** A number as an attribute. */
export function number(value: number): AttributeValue {
  return { N: String(value) };
}

/** DynamoDB's TTL attribute for an item that is of use until then: epoch seconds, rounded up. */
export function ttl(untilMs: number): AttributeValue {
  return number(Math.ceil(untilMs / 1000));
}

/**
 * The item that keeps an entry and no lease, or undefined when it would be over DynamoDB's limit.
 *
 * The body is one gzipped text, not a map of attributes: a tenth of the CPU on a hit, a third of the write units.
 */
export function toItem(key: CacheKey, entry: CacheEntry, version: string): Item | undefined {
  const body = gzipSync(entry.body);
  const aliasBytes = entry.customerAliases.reduce((sum, alias) => sum + alias.length + 1, 0);
  const bytes = body.length + key.partition.length + key.variant.length + aliasBytes + OVERHEAD_BYTES;
  if (bytes > MAX_ITEM_BYTES) return undefined;
  return {
    ...keyAttributes(key),
    form: { N: FORM },
    kind: { S: entry.kind },
    status: number(entry.status),
    body: { B: body },
    askedAt: number(entry.askedAt),
    freshnessCut: { N: entry.freshnessCut.toFixed(4) },
    // The entry's own expiry, beside the TTL attribute, which a lease moves.
    entryExpiresAt: number(entry.expiresAt),
    expiresAt: ttl(entry.expiresAt),
    ...(entry.customer !== undefined && { customer: { S: entry.customer } }),
    ...(entry.customerAliases.length > 0 && { customerAliases: { L: entry.customerAliases.map((S) => ({ S })) } }),
    ...(entry.staleFrom !== undefined && { staleFrom: number(entry.staleFrom) }),
    version: { S: version },
  };
}

/** What of an item is the entry's, besides its TTL attribute. */
export const ENTRY_ATTRIBUTES = [
  ...['form', 'kind', 'status', 'body', 'askedAt', 'freshnessCut', 'entryExpiresAt'],
  ...['customer', 'customerAliases', 'staleFrom', 'version'],
] as const;

/** The attributes of a lease. */
export const LEASE_ATTRIBUTES = ['leaseToken', 'leaseUntil', 'leaseMs'] as const;

export function leaseAttributes({ token, until, durationMs }: Lease): Item {
  return { leaseToken: { S: token }, leaseUntil: number(until), leaseMs: number(durationMs) };
}

/** The attributes that some outcomes have, and others do not. */
export const OUTCOME_DETAILS = [
  'outcomeFailure',
  'outcomeRetryAfterMs',
  'outcomeStatus',
  'outcomeBody',
  'outcomeAskedAt',
] as const;

/** What the upstream says of an erased customer is a line. What is longer than this when packed is not kept. */
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
    default:
      return endedAs(kind, token);
  }
}

function endedAs(kind: LeaseOutcome['kind'], token: string): Item {
  return { outcome: { S: kind }, outcomeToken: { S: token } };
}

export const MARK_ATTRIBUTES = ['revalidationUntil', 'revalidationBackoffMs'] as const;

/** The attributes of a mark for revalidation. */
export function markAttributes({ until, backoffMs }: RevalidationMark): Item {
  return { revalidationUntil: number(until), revalidationBackoffMs: number(backoffMs) };
}

/** What an item shows. */
export function fromItem(item: Item = {}): StoredItem {
  return {
    entry: toEntry(item),
    version: item.version?.S,
    lease: toLease(item),
    outcome: toOutcome(item),
    revalidation: toRevalidation(item),
  };
}

/** The entry that an item keeps, or undefined when it is foreign, of another form, or cannot be read. */
function toEntry(item: Item): CacheEntry | undefined {
  if (item.form?.N !== FORM) return undefined;
  const kind = item.kind?.S;
  const status = toNumber(item.status);
  const askedAt = toNumber(item.askedAt);
  const freshnessCut = toNumber(item.freshnessCut);
  const expiresAt = toNumber(item.entryExpiresAt);
  const body = inflate(item.body?.B);
  const isReadable =
    (kind === 'found' || kind === 'not-found') &&
    status !== undefined &&
    askedAt !== undefined &&
    freshnessCut !== undefined &&
    expiresAt !== undefined &&
    body !== undefined;
  if (!isReadable) return undefined;
  const [customer, customerAliases, staleFrom] = [item.customer?.S, aliasesOf(item), toNumber(item.staleFrom)];
  return { kind, status, body, askedAt, freshnessCut, expiresAt, customer, customerAliases, staleFrom };
}

function aliasesOf({ customerAliases }: Item): string[] {
  return (customerAliases?.L ?? []).map(({ S }) => S).filter((alias) => alias !== undefined);
}

/** What is asked of each item when a partition is listed: nothing that is long. */
export const LISTED_ATTRIBUTES = ['sk', 'version', 'staleFrom', 'leaseToken', 'customer', 'customerAliases'] as const;

/** What an item of a partition shows where it is listed. */
export function toPartitionItem(partition: string, item: Item): PartitionItem {
  return {
    key: { partition, variant: item.sk?.S ?? '' },
    hasEntry: item.version !== undefined,
    isMarked: item.version !== undefined && item.staleFrom !== undefined,
    hasLease: item.leaseToken !== undefined,
    customers: [...(item.customer?.S === undefined ? [] : [item.customer.S]), ...aliasesOf(item)],
  };
}

function toLease(item: Item): Lease | undefined {
  const token = item.leaseToken?.S;
  const until = toNumber(item.leaseUntil);
  const durationMs = toNumber(item.leaseMs);
  return token === undefined || until === undefined || durationMs === undefined
    ? undefined
    : { token, until, durationMs };
}

function toOutcome(item: Item): LeaseOutcome | undefined {
  const kind = item.outcome?.S;
  const token = item.outcomeToken?.S;
  if (token === undefined) return undefined;
  if (kind === 'given-up' || kind === 'not-stored') return { kind, token };
  if (kind === 'erased') {
    const status = toNumber(item.outcomeStatus);
    const body = inflate(item.outcomeBody?.B);
    const askedAt = toNumber(item.outcomeAskedAt);
    if (status === undefined || body === undefined || askedAt === undefined) return undefined;
    return { kind, token, status, body, askedAt };
  }
  const failure = FAILURE_KINDS.find((known) => known === item.outcomeFailure?.S);
  if (kind !== 'failed' || failure === undefined) return undefined;
  return { kind, token, failure, retryAfterMs: toNumber(item.outcomeRetryAfterMs) || undefined };
}

function toRevalidation(item: Item): RevalidationMark | undefined {
  const until = toNumber(item.revalidationUntil);
  return until === undefined ? undefined : { until, backoffMs: toNumber(item.revalidationBackoffMs) ?? 0 };
}

/** The number that an attribute holds, if it holds one. */
export function toNumber(attribute: AttributeValue | undefined): number | undefined {
  const value = Number.parseFloat(attribute?.N ?? '');
  return Number.isFinite(value) ? value : undefined;
}

function inflate(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BODY_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}
