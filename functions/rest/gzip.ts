import { gunzipSync, inflateRawSync, type ZlibOptions } from 'node:zlib';

/** The length of every member's header. Its flags are in the fourth byte (RFC 1952 §2.3). Bytes. */
const HEADER_BYTES = 10;
const FLAGS_AT = 3;
/**
 * The flags of optional parts. A part follows the header only if its flag is set: first the extra field, then texts,
 * then a checksum.
 */
const HAS_CHECKSUM = 0b10;
const HAS_EXTRA = 0b100;
const HAS_NAME = 0b1000;
const HAS_COMMENT = 0b1_0000;
/** The checksum and the length of a member's content follow the content. Bytes. */
const TRAILER_BYTES = 8;

/**
 * How many members a body may have if other bytes follow them. A usual sender makes one member. Finding the end of
 * 50,000 members would take a second.
 */
const MAX_MEMBERS = 100;

/**
 * Whether the bytes begin like every gzip member (RFC 1952 §2.3.1). JSON never begins like that. If a body does not, a
 * gateway has unpacked it.
 */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The content of all gzip members. Bytes after the last member do not count, because the content is whole without them.
 * The program `gzip` ignores them too.
 *
 * @param maxBytes how long the content may be
 * @throws if the content is longer than allowed (`isTooLong`), ends too early, or is damaged
 */
export function gunzip(bytes: Buffer, maxBytes: number): Buffer {
  const options = { maxOutputLength: maxBytes };
  try {
    return gunzipSync(bytes, options);
  } catch (error) {
    // If the bytes after a member do not begin with 0, zlib takes them for another member, and finds that member
    // damaged or too short.
    if (isTooLong(error)) throw error;
    const end = endOfMembers(bytes, options);
    if (end === bytes.length) throw error;
    return gunzipSync(bytes.subarray(0, end), options);
  }
}

/** Whether gunzip gave up because the content is longer than allowed. */
export function isTooLong(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

/** The position behind the last member; the end of the bytes if there are too many members. */
function endOfMembers(bytes: Buffer, options: ZlibOptions): number {
  let end = 0;
  for (let members = 0; isGzip(bytes.subarray(end)); members += 1) {
    if (members === MAX_MEMBERS) return bytes.length;
    end += lengthOfMember(bytes.subarray(end), options);
  }
  return end;
}

/** The length of the member that the bytes begin with. */
function lengthOfMember(bytes: Buffer, options: ZlibOptions): number {
  const start = lengthOfHeader(bytes);
  // Node documents `info`, and its types do not have the result.
  const { engine } = inflateRawSync(bytes.subarray(start), { ...options, info: true }) as unknown as Inflated;
  return start + engine.bytesWritten + TRAILER_BYTES;
}

interface Inflated {
  /** `bytesWritten`: how many bytes the content took in its packed form. */
  readonly engine: { readonly bytesWritten: number };
}

function lengthOfHeader(bytes: Buffer): number {
  const flags = bytes.readUInt8(FLAGS_AT);
  let at = HEADER_BYTES;
  if ((flags & HAS_EXTRA) !== 0) at += 2 + bytes.readUInt16LE(at);
  for (const text of [HAS_NAME, HAS_COMMENT]) {
    // A text ends with a 0.
    if ((flags & text) !== 0) at = Math.max(at, bytes.indexOf(0, at)) + 1;
  }
  return (flags & HAS_CHECKSUM) === 0 ? at : at + 2;
}
