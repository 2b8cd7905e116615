/** A reply in the store's form: gzipped. The service can pass it on without inflating it. */
export interface PackedBody {
  /** One intact gzip member: its checksum was right. */
  readonly gzip: Uint8Array;
  /** CRC-32 of these bytes. It distinguishes them from another compression of the same text. */
  readonly checksum: number;
  /** `bodyDigest` of the compressed text. */
  readonly digest: string;
}

/** A value with a body, perhaps with its packed form too. */
interface Holder {
  readonly body: string;
  readonly packed?: PackedBody | undefined;
}

/**
 * Adds a body to an object. The body's text is read only when it is needed.
 *
 * `packed` is not enumerable: a copy with another body (`{ ...entry, body }`) must not carry the packed bytes of this one.
 *
 * @param readBody gives the text; called once at most
 */
export function withLateBody<T extends object>(
  holder: T,
  readBody: () => string,
  packed: PackedBody | undefined,
): T & Holder {
  let body: string | undefined;
  Object.defineProperty(holder, 'body', {
    enumerable: true,
    get: () => {
      body ??= readBody();
      return body;
    },
  });
  if (packed !== undefined) Object.defineProperty(holder, 'packed', { enumerable: false, value: packed });
  return holder as T & Holder;
}
