import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CacheKey } from '../../customer/request/cache-key.ts';
import {
  type CacheEntry,
  type Lease,
  type LeaseOutcome,
  type LeaseState,
  NOT_STORED_REASONS,
  type RevalidationMark,
  type StoredItem,
} from '../../lookup/entry.ts';
import { withLateBody } from '../../lookup/packed-body.ts';
import { FAILURE_KINDS } from '../../lookup/upstream.ts';
import { bodyText, FORMS, inflate, intactBody } from './stored-body.ts';

/** An item of the table, in the store's own wire format. */
export type Item = Record<string, AttributeValue>;

/** Marks the stored token of a lease whose fetch is void. The survivor follows it. No token holds this character. */
const VOID = '~';

/** The token as the item of a lease has it. A holder of an earlier release finds that its lease is lost. */
export function storedToken({ token, isVoid, survivor = '' }: LeaseState): string {
  return isVoid ? `${token}${VOID}${survivor}` : token;
}

/** The state of an item's lease; undefined: there is no lease. */
export function leaseStateOf({ leaseToken }: Item): LeaseState | undefined {
  return leaseToken?.S === undefined ? undefined : stateOf(leaseToken.S);
}

function stateOf(stored: string): LeaseState {
  const end = stored.indexOf(VOID);
  if (end === -1) return { token: stored };
  const survivor = stored.slice(end + VOID.length);
  return { token: stored.slice(0, end), isVoid: true, ...(survivor !== '' && { survivor }) };
}

/** The key's attributes. */
export function keyAttributes({ partition, variant }: CacheKey): Item {
  return { pk: { S: partition }, sk: { S: variant } };
}

/** The key that an item has. */
export function keyOfItem({ pk, sk }: Item): CacheKey {
  return { partition: pk?.S ?? '', variant: sk?.S ?? '' };
}

/** The content of an item. */
export function fromItem(item: Item = {}): StoredItem {
  const entry = toEntry(item);
  const unreadableUntil = entry === undefined ? toNumber(item.entryExpiresAt) : undefined;
  return {
    entry,
    version: item.version?.S,
    ...(unreadableUntil !== undefined && { unreadableUntil }),
    lease: toLease(item),
    outcome: toOutcome(item),
    revalidation: toRevalidation(item),
  };
}

/** The entry of an item, or undefined if it is foreign, of another form, or unreadable. */
function toEntry(item: Item): CacheEntry | undefined {
  const kind = item.kind?.S;
  const status = toStatus(item.status);
  const askedAt = toNumber(item.askedAt);
  const freshnessCut = toFreshnessCut(item.freshnessCut);
  const expiresAt = toNumber(item.entryExpiresAt);
  const packed = intactBody(item);
  const body = packed === undefined ? bodyText(item.body?.B, item.form?.N) : '';
  const staleFrom = toNumber(item.staleFrom);
  const isReadable =
    (kind === 'found' || kind === 'not-found') &&
    status !== undefined &&
    askedAt !== undefined &&
    freshnessCut !== undefined &&
    expiresAt !== undefined &&
    body !== undefined &&
    // An entry with a mark that cannot be read must not count as unmarked.
    (staleFrom !== undefined || item.staleFrom === undefined);
  if (!isReadable) return undefined;
  const [customer, customerAliases] = [item.customer?.S, aliasesOf(item)];
  const entry: Omit<CacheEntry, 'body' | 'packed'> = {
    kind,
    status,
    askedAt,
    freshnessCut,
    expiresAt,
    customer,
    customerAliases,
    staleFrom,
    ...(item.prefetched !== undefined && { isPrefetched: true }),
  };
  return packed === undefined ? { ...entry, body } : withLateBody(entry, () => inflate(packed.gzip), packed);
}

/** The customer's keyed hashes under the other secrets. */
export function aliasesOf({ customerAliases }: Item): string[] {
  return (customerAliases?.L ?? []).map(({ S }) => S).filter((alias) => alias !== undefined);
}

function toLease(item: Item): Lease | undefined {
  const state = leaseStateOf(item);
  const until = toNumber(item.leaseUntil);
  const durationMs = toNumber(item.leaseMs);
  if (state === undefined || until === undefined || durationMs === undefined) return undefined;
  const expectedMs = toNumber(item.leaseExpectedMs);
  return { ...state, until, durationMs, ...(expectedMs !== undefined && { expectedMs }) };
}

function toOutcome(item: Item): LeaseOutcome | undefined {
  const kind = item.outcome?.S;
  const stored = item.outcomeToken?.S;
  if (stored === undefined) return undefined;
  // The store may have copied the token from the lease, and the fetch of that lease may be void.
  const { token } = stateOf(stored);
  if (kind === 'given-up' || kind === 'ceded') return { kind, token };
  if (kind === 'not-stored') {
    const why = NOT_STORED_REASONS.find((known) => known === item.outcomeWhy?.S);
    return { kind, token, ...(why !== undefined && { why }) };
  }
  if (kind === 'erased') {
    const status = toStatus(item.outcomeStatus);
    const body = bodyText(item.outcomeBody?.B, FORMS.gzip);
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

/** The number in an attribute, if there is one. */
export function toNumber(attribute: AttributeValue | undefined): number | undefined {
  const value = Number.parseFloat(attribute?.N ?? '');
  return Number.isFinite(value) ? value : undefined;
}

/** The HTTP status in an attribute. The service could not answer with any other number. */
function toStatus(attribute: AttributeValue | undefined): number | undefined {
  const status = toNumber(attribute);
  return status !== undefined && Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined;
}

/** The part that is cut off a freshness lifetime. A negative one would lengthen the lifetime. */
function toFreshnessCut(attribute: AttributeValue | undefined): number | undefined {
  const cut = toNumber(attribute);
  return cut !== undefined && cut >= 0 && cut <= 1 ? cut : undefined;
}
