import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** Credentials that sign requests. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a session, as SSO and assumed roles have one. */
  readonly sessionToken?: string;
}

/** A request to sign. */
export interface Signed {
  readonly url: URL;
  readonly method: string;
  /** As a signature names it: `execute-api` for a REST API. */
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** Default: none. */
  readonly body?: string;
}

/** The headers by which an AWS identity signs a request (Signature Version 4). */
export async function signatureHeaders({
  url,
  method,
  service,
  region,
  credentials,
  body,
}: Signed): Promise<Readonly<Record<string, string>>> {
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    protocol: url.protocol,
    hostname: url.hostname,
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host },
    ...(body !== undefined && { body }),
  });
  // fetch says the host itself.
  const { host: _, ...others } = headers;
  return others;
}

type Data = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, or its HMAC where there is a key, in the form that the signer asks for. */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(key?: Data) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', toBytes(key));
  }

  update(data: Data): void {
    this.#hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  /** Part of the form; a request is signed by one of these for each digest. */
  reset(): void {}
}

function toBytes(data: Data): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
