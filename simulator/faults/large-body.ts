import { gzipSync } from 'node:zlib';
import type { FaultValues } from './fault-values.ts';

type Filling = NonNullable<FaultValues['filling']>;

const MIB = 1024 * 1024;

/** The filling of a large reply: an element or a member, by its number. */
const PIECE_BY_FILLING: Readonly<Record<Exclude<Filling, 'spaces'>, (count: number) => string>> = {
  numbers: () => ',1',
  decimals: () => ',1.0',
  objects: () => ',{}',
  members: (count) => `,"a${count}":1.0`,
};

/** Valid JSON of a customer, with this many bytes. */
export function largeBody(sizeBytes = 3 * MIB, filling: Filling = 'spaces'): string {
  if (filling === 'spaces') return padded(' '.repeat(sizeBytes));
  const isOfMembers = filling === 'members';
  let body = isOfMembers ? '{"id":1' : '{"id":1,"padding":[0';
  const end = isOfMembers ? '}' : ']}';
  for (let count = 0; ; count += 1) {
    const piece = PIECE_BY_FILLING[filling](count);
    if (body.length + piece.length + end.length > sizeBytes) return body + end;
    body += piece;
  }
}

/** `padded` with this many spaces, packed. gzip members may follow each other (RFC 1952 §2.2): one MiB is packed once. */
export function gzipBomb(sizeBytes = 200 * MIB): Uint8Array {
  const [start = '', end = ''] = padded('|').split('|');
  const mib = gzipSync(Buffer.alloc(MIB, ' '));
  return Buffer.concat([gzipSync(start), ...Array<Buffer>(Math.ceil(sizeBytes / MIB)).fill(mib), gzipSync(end)]);
}

/** Valid JSON that is mostly padding. */
function padded(padding: string): string {
  return `{"id":1,"padding":"${padding}"}`;
}
