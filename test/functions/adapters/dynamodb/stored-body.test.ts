import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import {
  BODY_ATTRIBUTES,
  bodyAttributes,
  inflate,
  intactBody,
} from '../../../../functions/adapters/dynamodb/stored-body.ts';
import { fromItem, type Item } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import { toItem } from '../../../../functions/adapters/dynamodb/written-item.ts';
import { bodyDigest } from '../../../../functions/customer/reply/body-digest.ts';
import { aKey, anEntry } from './entries.ts';

const TEXT = anEntry().body;
const { attributes } = bodyAttributes(TEXT);
const bytes = attributes.body?.B ?? new Uint8Array();
const ITEM = toItem(aKey(), anEntry(), 'version') as Item;

/** Bytes with the checksum that they have. */
function withChecksum(B: Uint8Array): Item {
  return { body: { B }, bodyCrc: { N: String(crc32(B)) }, bodyDigest: { S: 'digest' } };
}

describe('a stored body', () => {
  test('is handed on as it is stored, with the digest of its text', () => {
    const { packed } = fromItem(ITEM).entry ?? {};
    expect(packed).toMatchObject({ digest: bodyDigest(TEXT), checksum: crc32(bytes) });
    expect(gunzipSync(packed?.gzip ?? '').toString()).toBe(TEXT);
    expect(Object.keys(attributes).sort()).toEqual([...BODY_ATTRIBUTES].sort());
  });

  test('of an older release is inflated, and not handed on', () => {
    const { bodyCrc: _, bodyDigest: __, ...older } = ITEM;
    const { entry } = fromItem(older);
    expect(entry).toEqual(anEntry());
    expect(entry?.packed).toBeUndefined();
  });

  test('that stands beside the checksum and the digest of another is not handed on: its tag would be wrong', () => {
    const other = '{"id":7}';
    const { entry } = fromItem({ ...ITEM, body: { B: gzipSync(other) } });
    expect(entry?.body).toBe(other);
    expect(entry?.packed).toBeUndefined();
  });

  test.each<[string, Item]>([
    ['no body', { bodyCrc: { N: '0' }, bodyDigest: { S: 'digest' } }],
    ['a body that is text', { ...attributes, body: { S: 'text' } }],
    ['no checksum', { body: { B: bytes }, bodyDigest: { S: 'digest' } }],
    ['a checksum that is not a number', { ...attributes, bodyCrc: { S: String(crc32(bytes)) } }],
    ['another checksum', { ...attributes, bodyCrc: { N: '1' } }],
    ['no digest', { body: { B: bytes }, bodyCrc: { N: String(crc32(bytes)) } }],
    ['a byte less', { ...attributes, body: { B: bytes.subarray(0, -1) } }],
    ['another byte', { ...attributes, body: { B: Uint8Array.from(bytes).fill(1, 12, 13) } }],
    ['fewer bytes than gzip has', withChecksum(new Uint8Array(19))],
    ['a text beyond any reply', bodyAttributes('x'.repeat(9 * 1024 * 1024)).attributes],
  ])('with %s is not handed on', (_, item) => {
    expect(intactBody(item)).toBeUndefined();
  });

  test.each([0, 1, 63, 64, 65, 1000, 16_384, 262_143, 262_144, 300_000])(
    'of %i characters is inflated whole',
    (length) => {
      const text = 'é'.repeat(length);
      expect(inflate(gzipSync(text))).toBe(text);
    },
  );

  test.each<[string, (gzip: Buffer) => Buffer]>([
    ['a length that is too short', (gzip) => withLength(gzip, 10)],
    ['a length that is too long', (gzip) => withLength(gzip, 0xffff_ffff)],
    ['no end', (gzip) => gzip.subarray(0, -9)],
    ['fewer bytes than gzip has', (gzip) => gzip.subarray(0, 12)],
    ['a text beyond any reply', () => gzipSync(Buffer.alloc(9 * 1024 * 1024))],
  ])('with %s is not inflated', (_, change) => {
    expect(() => inflate(change(gzipSync('x'.repeat(2000))))).toThrow();
  });
});

/** A gzip member that says it has a text of another length. */
function withLength(gzip: Buffer, length: number): Buffer {
  const changed = Buffer.from(gzip);
  changed.writeUInt32LE(length, changed.length - 4);
  return changed;
}
