/** A reply as the store holds it: gzipped. It can be handed on without being inflated. */
export interface PackedBody {
  /** One gzip member. It is intact: its checksum was right. */
  readonly gzip: Uint8Array;
  /** CRC-32 of these bytes: tells them from another packing of the same text. */
  readonly checksum: number;
  /** `bodyDigest` of the text that is packed. */
  readonly digest: string;
}

/** What has a body, and may have it packed too. */
interface Holder {
  readonly body: string;
  readonly packed?: PackedBody | undefined;
}

/**
 * Makes a holder of a body whose text is wanted late or never.
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
