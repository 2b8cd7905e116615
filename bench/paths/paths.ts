import type { Entry } from '../../infra/bundle.ts';
import { batchEvent, type LambdaEvent, lookupEvent } from '../hit/lambda-events.ts';
import { directLookup, joinedEvent, POINTS_ISSUED, PURGE, revalidation, v1Event } from './path-events.ts';
import { customerMobile, missingMobile } from './upstream-replies.ts';

/** Requests of one call, by their names: DynamoDB's operations, `Invoke` of Lambda, `upstream`. */
export type Requests = Readonly<Record<string, number>>;

/** A path through a function: what happens to an event, from its request to its answer. */
export interface Path {
  readonly name: string;
  /** The function. */
  readonly entry: Entry;
  /** The event of a call. @param n a number that no other call has, from 0 on */
  readonly eventOf: (n: number) => LambdaEvent;
  /** How each call ends (`outcomeOf`). */
  readonly outcome: string;
  readonly requests: Requests;
  /** The number of calls in a round of a warm process. */
  readonly callsPerRound: number;
}

/** The look-ups of a batch. */
const BATCH_LOOKUPS = 100;

/** The first number of a customer that only a miss asks for. */
const FIRST_NEW = 1000;

const newMobile = (n: number) => customerMobile(FIRST_NEW + n);
const batchOf = (mobileOf: (k: number) => string) => Array.from({ length: BATCH_LOOKUPS }, (_, k) => mobileOf(k));
const cachedBatch = batchOf((k) => customerMobile(100 + k));

const CACHED = lookupEvent(customerMobile(0), 'gzip');
const CACHED_JOINED = joinedEvent(customerMobile(1));
const CACHED_MISSING = lookupEvent(missingMobile(0), 'gzip');
const STALE_MOBILE = customerMobile(2);

/** The events that fill the cache before the paths are called. A purge finds the entries of the first two. */
export const FILL: readonly LambdaEvent[] = [
  CACHED,
  ...cachedBatch.map((mobile) => lookupEvent(mobile)),
  CACHED_JOINED,
  CACHED_MISSING,
];

/** The events that fill the cache with entries that are then stale. */
export const STALE_FILL: readonly LambdaEvent[] = [lookupEvent(STALE_MOBILE, 'gzip')];

/** The path that the others are compared with. */
export const HIT: Path = {
  name: 'hit',
  entry: 'http',
  eventOf: () => CACHED,
  outcome: '200 hit',
  requests: { GetItem: 1 },
  callsPerRound: 30,
};

/** The requests of one fetch: the read, the lease, the index, the entry, and the upstream. */
const ONE_FETCH: Requests = { GetItem: 1, UpdateItem: 2, PutItem: 1, upstream: 1 };

/** All paths, the hit first. */
export const PATHS: readonly Path[] = [
  HIT,
  {
    name: '"not found" from the cache',
    entry: 'http',
    eventOf: () => CACHED_MISSING,
    outcome: '404 hit',
    requests: { GetItem: 1 },
    callsPerRound: 30,
  },
  {
    name: 'joined hit',
    entry: 'http',
    eventOf: () => CACHED_JOINED,
    outcome: '200 hit',
    requests: { BatchGetItem: 1 },
    callsPerRound: 30,
  },
  {
    name: 'stale hit, with its request to revalidate',
    entry: 'http',
    eventOf: () => lookupEvent(STALE_MOBILE, 'gzip'),
    outcome: '200 stale-while-revalidate',
    requests: { GetItem: 1, UpdateItem: 1, Invoke: 1 },
    callsPerRound: 30,
  },
  {
    name: 'miss',
    entry: 'http',
    eventOf: (n) => lookupEvent(newMobile(n), 'gzip'),
    outcome: '200 fwd=miss',
    requests: ONE_FETCH,
    callsPerRound: 20,
  },
  {
    name: 'miss of v1.1',
    entry: 'http',
    eventOf: (n) => v1Event(newMobile(n)),
    outcome: '200 fwd=miss',
    requests: ONE_FETCH,
    callsPerRound: 20,
  },
  {
    name: 'joined miss',
    entry: 'http',
    eventOf: (n) => joinedEvent(newMobile(n)),
    outcome: '200 fwd=miss',
    requests: { BatchGetItem: 1, UpdateItem: 4, PutItem: 2, upstream: 2 },
    callsPerRound: 10,
  },
  {
    name: 'revalidation',
    entry: 'revalidate',
    eventOf: () => revalidation(STALE_MOBILE),
    outcome: 'found miss',
    requests: ONE_FETCH,
    callsPerRound: 20,
  },
  {
    name: 'purge of a customer with two look-ups',
    entry: 'invalidate',
    eventOf: () => PURGE,
    outcome: '200 invalidation',
    requests: { UpdateItem: 1, GetItem: 1, Query: 4, BatchWriteItem: 2 },
    callsPerRound: 20,
  },
  {
    name: 'event that marks these stale',
    entry: 'invalidate',
    eventOf: () => POINTS_ISSUED,
    outcome: '200 invalidation',
    requests: { UpdateItem: 3, GetItem: 1, Query: 4 },
    callsPerRound: 20,
  },
  {
    name: `batch of ${BATCH_LOOKUPS} misses`,
    entry: 'http',
    eventOf: (n) => batchEvent(batchOf((k) => newMobile(BATCH_LOOKUPS * n + k))),
    outcome: '100 found miss',
    requests: { BatchGetItem: 1, UpdateItem: 200, PutItem: 100, upstream: 100 },
    callsPerRound: 1,
  },
  {
    name: `batch of ${BATCH_LOOKUPS} hits by HTTP`,
    entry: 'http',
    eventOf: () => batchEvent(cachedBatch),
    outcome: '100 found hit',
    requests: { BatchGetItem: 1 },
    callsPerRound: 4,
  },
  {
    name: `batch of ${BATCH_LOOKUPS} hits by direct invocation`,
    entry: 'invoke',
    eventOf: () => ({ lookups: cachedBatch.map(directLookup) }),
    outcome: '100 found hit',
    requests: { BatchGetItem: 1 },
    callsPerRound: 4,
  },
];
