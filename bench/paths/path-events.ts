import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type LambdaEvent, lookupEvent } from '../hit/lambda-events.ts';

const V1 = read('http/v1-found-mobile.json');

/** A purge of a customer, by an operator. */
export const PURGE = read('invalidate/purge-customer.json');

/** A notification of points, which marks the customer's entries stale. */
export const POINTS_ISSUED = read('invalidate/event-points-issued.json');

/** The event of a till's look-up of v1.1. */
export function v1Event(mobile: string): LambdaEvent {
  return withQuery(V1, { mobile });
}

/** The event of a till's look-up of v2 with the coupons of v1.1, for a caller that accepts gzip. */
export function joinedEvent(mobile: string): LambdaEvent {
  const event = lookupEvent(mobile, 'gzip');
  return withQuery(event, { ...(event.queryStringParameters as object), embed: 'coupons' });
}

/** The payload of a direct invocation. */
export function directLookup(mobile: string): LambdaEvent {
  return { source: 'INSTORE', identifierName: 'mobile', identifierValue: mobile };
}

/** The payload by which a look-up with a stale hit asks for a revalidation. */
export function revalidation(mobile: string): LambdaEvent {
  return { api: 'v2', ...directLookup(`91${mobile}`), cacheControl: 'min-fresh=0' };
}

function withQuery(event: LambdaEvent, query: object): LambdaEvent {
  return {
    ...event,
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
  };
}

function read(file: string): LambdaEvent {
  return JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../events', file), 'utf8')) as LambdaEvent;
}
