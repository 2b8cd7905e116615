import { createHmac, hash } from 'node:crypto';
import type { Projection } from '../reply/projection.ts';
import type { CanonicalRequest, Subject } from './canonical-request.ts';

/** Where an entry lies in the store. Holds no personal data in the clear (contract §5, promise 10). */
export interface CacheKey {
  /** The subject, as a keyed hash: all variants of a look-up share it. */
  readonly partition: string;
  /** The variant: API, account, sections, flags, projection. It is readable, except for the callers' own words. */
  readonly variant: string;
}

/**
 * The key of a request's entry, or undefined if the request must not be stored.
 *
 * @param projection the parts of a reply that the deployment keeps. It is part of the variant: so a deployment which keeps
 * less never serves what an earlier one kept
 * @param secret the HMAC key
 */
export function cacheKey(request: CanonicalRequest, projection: Projection, secret: string): CacheKey | undefined {
  if (request.subject === undefined) return undefined;
  return { partition: partitionKey(request.subject, secret), variant: variant(request, projection, secret) };
}

/**
 * HMAC-SHA-256 of source and identifier, base64url. Keyed, because phone numbers can be enumerated and a plain hash would
 * protect nothing; over a JSON array, because joined texts could be cut in two ways.
 */
export function partitionKey({ source, identifier }: Subject, secret: string): string {
  return keyedHash([source, identifier.name, identifier.value], secret);
}

/** A key as one text: two keys have one text only if they are the same. */
export function keyText({ partition, variant }: CacheKey): string {
  return JSON.stringify([partition, variant]);
}

/** The keyed hash of a customer. The customer's index lies under it, and an entry says by it which customer it is about. */
export function customerHash(customerId: string, secret: string): string {
  // An array of another length than a subject's: the two can never be one text.
  return keyedHash(['customer', customerId], secret);
}

/** The keyed hash of a caller's name: who asks, never whom for. The counts of the caller's look-ups lie under it. */
export function callerHash(caller: string, secret: string): string {
  return keyedHash(['caller', caller], secret);
}

function keyedHash(value: unknown, secret: string): string {
  return createHmac('sha256', secret).update(JSON.stringify(value)).digest('base64url');
}

/**
 * The caller's own words may be anything, a phone number too. So they are in the key as a keyed hash.
 */
function variant(request: CanonicalRequest, projection: Projection, secret: string): string {
  const { api, accountId, optionParameters, filterParameters, language } = request;
  const account = accountId === undefined ? [] : [`account=${keyedHash(['account', accountId], secret)}`];
  const options = optionParameters.map((parameter) => parameter.join('='));
  if (filterParameters.length > 0) options.push(`filters=${keyedHash(filterParameters, secret)}`);
  if (language !== undefined) options.push(`language=${language}`);
  return [api, ...account, ...options, projectionPart(projection)].join(';');
}

/** What a variant says of the projection: its last part. */
export function projectionPart({ fields }: Projection): string {
  return `fields=${hash('sha256', fields, 'base64url').slice(0, 8)}`;
}
