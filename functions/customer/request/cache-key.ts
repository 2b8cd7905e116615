import { createHmac, hash } from 'node:crypto';
import type { Projection } from '../reply/projection.ts';
import type { CanonicalRequest, Subject } from './canonical-request.ts';

/** The place of an entry in the store. It holds no readable personal data (contract §5, promise 10). */
export interface CacheKey {
  /** The subject, as a keyed hash: all variants of a look-up share it. */
  readonly partition: string;
  /** API, account, sections, flags, language, projection. It is readable, except for free texts of the caller. */
  readonly variant: string;
}

/**
 * The key of a request's entry, or undefined if the request must not be stored.
 *
 * @param projection the parts of a reply that the deployment keeps. It is part of the variant, so a deployment that
 *   keeps less never serves an entry of an earlier deployment that kept more
 * @param secret the HMAC key
 */
export function cacheKey(request: CanonicalRequest, projection: Projection, secret: string): CacheKey | undefined {
  if (request.subject === undefined || !request.isKept) return undefined;
  const known = keys.get(request);
  if (known?.projection === projection && known.secret === secret) return known.key;
  const partition = partitionKey(request.subject, secret);
  const key = { partition, variant: variant(request, request.subject, projection, secret) };
  keys.set(request, { projection, secret, key });
  return key;
}

/** A request's key, and what it was made of. */
interface MadeKey {
  readonly projection: Projection;
  readonly secret: string;
  readonly key: CacheKey;
}

/** A batch needs each key twice: for its first reads, and for the look-up. A request never changes. */
const keys = new WeakMap<CanonicalRequest, MadeKey>();

/**
 * HMAC-SHA-256 of source and identifier, base64url. It is keyed, because an attacker could hash all phone numbers: a
 * plain hash would protect nothing. It is the hash of a JSON array, because two different pairs of texts could join to
 * the same text. The source is in capitals: an event may spell it in another letter case than the look-up.
 */
export function partitionKey({ source, identifier }: Subject, secret: string): string {
  return keyedHash([source.toUpperCase(), identifier.name, identifier.value], secret);
}

/** A key as one text. Different keys have different texts. */
export function keyText({ partition, variant }: CacheKey): string {
  return JSON.stringify([partition, variant]);
}

/** The keyed hash of a customer. It is the key of the customer's index, and names the customer of an entry. */
export function customerHash(customerId: string, secret: string): string {
  // This array is shorter than a subject's array, so the two never have the same text.
  return keyedHash(['customer', customerId], secret);
}

/**
 * The keyed hash of a caller's name. It is the key of the counts of the caller's look-ups. The hash does not depend on
 * the customers that the caller asks for.
 */
export function callerHash(caller: string, secret: string): string {
  return keyedHash(['caller', caller], secret);
}

function keyedHash(value: unknown, secret: string): string {
  return createHmac('sha256', secret).update(JSON.stringify(value)).digest('base64url');
}

/**
 * A free text of the caller may be a phone number, so it is in the key as a keyed hash. A source that is not in
 * capitals is such a text. The upstream may distinguish it from the same source in capitals, so it has its own entries.
 */
function variant(request: CanonicalRequest, { source }: Subject, projection: Projection, secret: string): string {
  const { api, accountId, optionParameters, filterParameters, language } = request;
  const spelling = source === source.toUpperCase() ? [] : [`source=${keyedHash(['source', source], secret)}`];
  const account = accountId === undefined ? [] : [`account=${keyedHash(['account', accountId], secret)}`];
  const options = optionParameters.map((parameter) => parameter.join('='));
  if (filterParameters.length > 0) options.push(`filters=${keyedHash(filterParameters, secret)}`);
  if (language !== undefined) options.push(`language=${language}`);
  return [api, ...spelling, ...account, ...options, projectionPart(projection)].join(';');
}

/** The last part of a variant: the projection. */
export function projectionPart(projection: Projection): string {
  let part = parts.get(projection);
  if (part === undefined) {
    part = `fields=${hash('sha256', projection.fields, 'base64url').slice(0, 8)}`;
    parts.set(projection, part);
  }
  return part;
}

/** A deployment has only two projections, so each part is made once. */
const parts = new WeakMap<Projection, string>();
