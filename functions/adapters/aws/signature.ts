import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Connection } from './connection.ts';

/** The version of the signature, as its headers name it. */
const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The region and service that a signature is valid for, and the secret that makes it. */
export type SigningScope = Pick<Connection, 'region' | 'credentials'> & {
  /** As a signature names it. `execute-api`: API Gateway. */
  readonly service: Connection['service'] | 'execute-api';
};

/** A request to sign. Those of a service's API are all POST, without a query. */
export interface UnsignedRequest {
  /** Default: POST. */
  readonly method?: 'GET' | 'POST';
  /** The path of the address, as it is sent. */
  readonly path: string;
  /** The query as the signature has it: encoded, and sorted by name. Default: none. */
  readonly query?: string;
  /** In lower case, without the headers of the signature. Their values have no spaces at the ends or in a row. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Signs requests to one service of AWS (AWS Signature Version 4). A test compares it, byte by byte, with
 * `@smithy/signature-v4`. That package is sixty times as large, and a cold instance would load it for its first hit.
 */
export class Signer {
  readonly #connection: SigningScope;
  /** The signing key is valid for a day. */
  #key: { readonly day: string; readonly key: KeyObject } | undefined;

  constructor(connection: SigningScope) {
    this.#connection = connection;
  }

  /**
   * The request's headers, signed.
   *
   * @param at the time of the signature, by the service's clock. Epoch milliseconds
   */
  sign({ method = 'POST', path, query = '', headers, body }: UnsignedRequest, at: number): Record<string, string> {
    const { service, region, credentials } = this.#connection;
    const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
    const day = time.slice(0, 8);
    const signed: Record<string, string> = { ...headers, 'x-amz-date': time };
    if (credentials.sessionToken !== undefined) signed['x-amz-security-token'] = credentials.sessionToken;

    const names = Object.keys(signed).sort();
    const list = names.join(';');
    const lines = names.map((name) => `${name}:${signed[name]}\n`).join('');
    const canonical = `${method}\n${canonicalPath(path)}\n${query}\n${lines}\n${list}\n${sha256(body)}`;
    const scope = `${day}/${region}/${service}/aws4_request`;
    const signature = hmac(this.#keyOf(day), `${ALGORITHM}\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
    signed.authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
    return signed;
  }

  #keyOf(day: string): KeyObject {
    if (this.#key?.day === day) return this.#key.key;
    const { service, region, credentials } = this.#connection;
    const first: string | Buffer = `AWS4${credentials.secretAccessKey}`;
    const bytes = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, first);
    this.#key = { day, key: createSecretKey(bytes as Buffer) };
    return this.#key.key;
  }
}

/** The path for the signature: without empty segments, and encoded once more. */
function canonicalPath(path: string): string {
  if (path === '/') return path;
  const segments = path.split('/').filter((segment) => segment !== '');
  const normalized = `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
  return encoded(normalized).replaceAll('%2F', '/');
}

/** The query for the signature: each name and value encoded, sorted by name and value. */
export function canonicalQuery(query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) => [encoded(name), encoded(value)] as const);
  return pairs
    .sort(([a, first], [b, second]) => compare(a, b) || compare(first, second))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Percent-encoded as a signature needs it: everything but letters, digits and `-_.~` (RFC 3986). */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

function hmac(key: string | Buffer | KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
