import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CacheKey } from '../../customer/cache-key.ts';
import type { CacheEntry, Lease, LeaseOutcome, RevalidationMark, StoredItem } from '../../lookup/entry.ts';
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
  if (body.length + key.partition.length + key.variant.length + OVERHEAD_BYTES > MAX_ITEM_BYTES) return undefined;
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
    ...(entry.staleFrom !== undefined && { staleFrom: number(entry.staleFrom) }),
    version: { S: version },
  };
}

/** The attributes of a lease. */
export const LEASE_ATTRIBUTES = ['leaseToken', 'leaseUntil', 'leaseMs'] as const;

/** The attributes of how a lease ended. */
export function outcomeAttributes(outcome: LeaseOutcome): Item {
  return {
    outcome: { S: outcome.kind },
    outcomeToken: { S: outcome.token },
    ...(outcome.kind === 'failed' && {
      outcomeFailure: { S: outcome.failure },
      outcomeRetryAfterMs: number(outcome.retryAfterMs ?? 0),
    }),
  };
}

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
  const customer = item.customer?.S;
  return { kind, status, body, askedAt, freshnessCut, expiresAt, customer, staleFrom: toNumber(item.staleFrom) };
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
