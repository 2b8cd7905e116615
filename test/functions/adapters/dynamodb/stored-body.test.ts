import { crc32, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { BODY_DICTIONARY } from '../../../../functions/adapters/dynamodb/body-dictionary.ts';
import { bodyText, FORMS, inflate, intactBody } from '../../../../functions/adapters/dynamodb/stored-body.ts';
import { fromItem, type Item } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import {
  BODY_ATTRIBUTES,
  dictionaryAttributes,
  gzipAttributes,
} from '../../../../functions/adapters/dynamodb/written-body.ts';
import { toItem } from '../../../../functions/adapters/dynamodb/written-item.ts';
import { bodyDigest } from '../../../../functions/customer/reply/body-digest.ts';
import { aKey, anEntry, bodyOfCards } from './entries.ts';

const TEXT = anEntry().body;
const attributes = gzipAttributes(TEXT);
const bytes = attributes.body?.B ?? new Uint8Array();
const ITEM = toItem(aKey(), anEntry(), 'version') as Item;

/** Bytes with the checksum that they have. */
function withChecksum(B: Uint8Array): Item {
  return { form: { N: FORMS.gzip }, body: { B }, bodyCrc: { N: String(crc32(B)) }, bodyDigest: { S: 'digest' } };
}

describe('a gzipped body', () => {
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
    ['no body', { ...attributes, body: { NULL: true } }],
    ['another form', { ...attributes, form: { N: FORMS.dictionary } }],
    ['a body that is text', { ...attributes, body: { S: 'text' } }],
    ['no checksum', { ...attributes, bodyCrc: { NULL: true } }],
    ['a checksum that is not a number', { ...attributes, bodyCrc: { S: String(crc32(bytes)) } }],
    ['another checksum', { ...attributes, bodyCrc: { N: '1' } }],
    ['no digest', { ...attributes, bodyDigest: { NULL: true } }],
    ['a byte less', { ...attributes, body: { B: bytes.subarray(0, -1) } }],
    ['another byte', { ...attributes, body: { B: Uint8Array.from(bytes).fill(1, 12, 13) } }],
    ['fewer bytes than gzip has', withChecksum(new Uint8Array(19))],
    ['a text beyond any reply', gzipAttributes('x'.repeat(9 * 1024 * 1024))],
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

describe('a body that is packed with the dictionary', () => {
  const text = bodyOfCards(20);
  const stored = dictionaryAttributes(text);
  const packed = stored.body?.B ?? new Uint8Array();
  const read = (B: Uint8Array) => bodyText(B, FORMS.dictionary);

  test('is not handed on: no caller knows the dictionary', () => {
    const { entry } = fromItem({ ...ITEM, ...stored });
    expect(entry?.body).toBe(text);
    expect(entry?.packed).toBeUndefined();
  });

  test.each([0, 1, 8191, 8192, 8193, 300_000])('of %i characters is read whole', (length) => {
    const body = 'é'.repeat(length);
    expect(read(dictionaryAttributes(body).body?.B ?? packed)).toBe(body);
  });

  test('with any byte changed cannot be read, or is the same text: it has checksums of the text and the dictionary', () => {
    for (let position = 0; position < packed.length; position += 1) {
      expect([undefined, text]).toContain(read(packed.with(position, (packed[position] ?? 0) ^ 0x55)));
    }
  });

  test.each<[string, Uint8Array]>([
    ['another dictionary', deflateSync(text, { dictionary: Buffer.from(BODY_DICTIONARY.slice(1)) })],
    ['a byte less', packed.subarray(0, -1)],
    ['the bytes of gzip', gzipSync(text)],
    ['no bytes', new Uint8Array()],
    ['a text beyond any reply', dictionaryAttributes('x'.repeat(9 * 1024 * 1024)).body?.B ?? packed],
  ])('with %s cannot be read', (_, B) => {
    expect(read(B)).toBeUndefined();
  });

  test.each([undefined, '1', '4', ''])('under the form %j cannot be read', (form) => {
    expect(bodyText(packed, form)).toBeUndefined();
  });
});

test('the dictionary is ASCII, and no longer than zlib looks back', () => {
  expect(BODY_DICTIONARY).toMatch(/^[\x20-\x7e]+$/);
  expect(BODY_DICTIONARY.length).toBeLessThan(32_768 - 262);
});

/** A gzip member that says it has a text of another length. */
function withLength(gzip: Buffer, length: number): Buffer {
  const changed = Buffer.from(gzip);
  changed.writeUInt32LE(length, changed.length - 4);
  return changed;
}
