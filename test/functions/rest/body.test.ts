import { brotliCompressSync, crc32, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { MAX_UNPACKED_BYTES, readText } from '../../../functions/rest/body.ts';
import { fc } from '../../support/properties.ts';
import { proxyEvent } from '../../support/proxy-event.ts';

const TEXT = '{"name":"Bubalus – उदाहरण"}';

const ofText = (body: string, coding?: string) =>
  readText(proxyEvent({ method: 'POST', body, headers: coding === undefined ? {} : { 'content-encoding': coding } }));
const ofBytes = (bytes: Uint8Array, coding?: string | readonly string[]) =>
  readText(
    proxyEvent({
      method: 'POST',
      body: Buffer.from(bytes).toString('base64'),
      isBase64Encoded: true,
      headers: coding === undefined ? {} : { 'Content-Encoding': coding },
    }),
  );

/** The last eight bytes are the checksum and the length (RFC 1952 §2.3). */
const withoutChecksum = (packed: Buffer) => packed.fill(0, packed.length - 8, packed.length - 4);

const withFirstBytes = (packed: Buffer) => Buffer.concat([packed, packed.subarray(0, 2), Buffer.from('other')]);
const IN_TWO_MEMBERS = Buffer.concat([gzipSync(TEXT.slice(0, 9)), gzipSync(TEXT.slice(9)), Buffer.from('other')]);

/** A part that a header may have: its flag and its bytes (RFC 1952 §2.3), in the order of the parts. */
type HeaderPart = readonly [flag: number, bytes: Buffer];
const EXTRA: HeaderPart = [4, Buffer.from([5, 0, 1, 0, 31, 139, 3])];
const NAME: HeaderPart = [8, Buffer.from('event.json\0')];
const COMMENT: HeaderPart = [16, Buffer.from('a comment\0')];
const CHECKSUM: HeaderPart = [2, Buffer.alloc(2)];

/** The packed text and empty members, this many together, with other bytes behind them. */
function inMembers(count: number): Buffer {
  return Buffer.concat([gzipSync(TEXT), ...Array<Buffer>(count - 1).fill(gzipSync('')), Buffer.from('other')]);
}

/** The packed text with these parts in its header, and with other bytes behind it. */
function gzipWith(...parts: readonly HeaderPart[]): Buffer {
  const plain = gzipSync(TEXT);
  const flags = parts.reduce((sum, [flag]) => sum + flag, 0);
  const header = Buffer.concat([plain.subarray(0, 3), Buffer.of(flags), plain.subarray(4, 10)]);
  const before = Buffer.concat([header, ...parts.map(([, bytes]) => bytes)]);
  if ((flags & CHECKSUM[0]) !== 0) before.writeUInt16LE(crc32(before.subarray(0, -2)) & 0xffff, before.length - 2);
  return Buffer.concat([before, plain.subarray(10), Buffer.from('other')]);
}

test('only the byte order mark before a text is left out: it may be part of an identifier', () => {
  expect(ofText('{"a":"\uFEFFb"}')).toEqual({ kind: 'text', text: '{"a":"\uFEFFb"}' });
  expect(ofBytes(Buffer.from('{"a":"\uFEFFb"}'))).toEqual({ kind: 'text', text: '{"a":"\uFEFFb"}' });
});

test('a body that the gateway unpacked is read, if one byte of it is as in gzip', () => {
  for (const text of ['\u001f{}', '\u008b{}'])
    expect(ofBytes(Buffer.from(text), 'gzip')).toEqual({ kind: 'text', text });
});

describe('a body', () => {
  test.each<[string, ReturnType<typeof readText>]>([
    ['as text', ofText(TEXT)],
    ['as bytes', ofBytes(Buffer.from(TEXT))],
    ['with an empty Content-Encoding', ofBytes(Buffer.from(TEXT), '')],
    ['with a byte order mark, as text', ofText(`\uFEFF${TEXT}`)],
    ['with a byte order mark, as bytes', ofBytes(Buffer.from(`\uFEFF${TEXT}`))],
    ['packed', ofBytes(gzipSync(TEXT), 'gzip')],
    ['packed, with a byte order mark', ofBytes(gzipSync(`\uFEFF${TEXT}`), 'gzip')],
    ['packed by the old name, in another letter case', ofBytes(gzipSync(TEXT), ' X-GZip ')],
    ['packed, by a list that names no other coding', ofBytes(gzipSync(TEXT), 'identity, GZIP ,,')],
    ['packed, by two lines that name no other coding', ofBytes(gzipSync(TEXT), ['gzip', 'identity'])],
    ['not packed, with a list that names no coding', ofBytes(Buffer.from(TEXT), 'identity,, identity')],
    ['packed in two members', ofBytes(Buffer.concat([gzipSync(TEXT.slice(0, 9)), gzipSync(TEXT.slice(9))]), 'gzip')],
    ['packed, and filled up with zeros', ofBytes(Buffer.concat([gzipSync(TEXT), Buffer.alloc(100)]), 'gzip')],
    ['packed, with a line break behind it', ofBytes(Buffer.concat([gzipSync(TEXT), Buffer.from('\n')]), 'gzip')],
    ['packed, with other bytes behind it', ofBytes(Buffer.concat([gzipSync(TEXT), Buffer.from('{"a":1}')]), 'gzip')],
    ['packed in two members, with other bytes behind them', ofBytes(IN_TWO_MEMBERS, 'gzip')],
    ['packed in a hundred members, with other bytes behind them', ofBytes(inMembers(100), 'gzip')],
    ['packed, with every part that a header may have', ofBytes(gzipWith(EXTRA, NAME, COMMENT, CHECKSUM), 'gzip')],
    ['packed, with a name in the header', ofBytes(gzipWith(NAME), 'gzip')],
    ['packed, with a comment and a checksum in the header', ofBytes(gzipWith(COMMENT, CHECKSUM), 'gzip')],
    ['packed, with an extra field in the header', ofBytes(gzipWith(EXTRA), 'gzip')],
    ['not packed, with a header that says so', ofBytes(Buffer.from(TEXT), 'identity')],
    ['unpacked by the gateway, which left the header: as text', ofText(TEXT, 'gzip')],
    ['unpacked by the gateway, which left the header: as bytes', ofBytes(Buffer.from(TEXT), 'gzip')],
  ])('%s is read', (_title, read) => {
    expect(read).toEqual({ kind: 'text', text: TEXT });
  });

  test('that does not exist is an empty text', () => {
    expect(readText(proxyEvent({ method: 'POST' }))).toEqual({ kind: 'text', text: '' });
  });

  test('of any text is read, packed or not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const expected = { kind: 'text', text: text.replace(/^\uFEFF/, '') };
        expect(ofBytes(Buffer.from(text))).toEqual(expected);
        expect(ofBytes(gzipSync(text), 'gzip')).toEqual(expected);
        expect(ofText(text)).toEqual(expected);
      }),
    );
  });

  test.each<[string, ReturnType<typeof readText>]>([
    ['Latin-1', ofBytes(Buffer.from('{"name":"Zoë"}', 'latin1'))],
    ['UTF-16', ofBytes(Buffer.from(`\uFEFF${TEXT}`, 'utf16le'))],
    ['a surrogate in UTF-8', ofBytes(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))],
    ['Latin-1, packed', ofBytes(gzipSync(Buffer.from('Zoë', 'latin1')), 'gzip')],
    ['a lone surrogate, as text', ofText('{"name":"\ud800"}')],
    ['packed, without the header', ofBytes(gzipSync(TEXT))],
    ['packed, and cut off', ofBytes(gzipSync(TEXT).subarray(0, 20), 'gzip')],
    ['packed, with a wrong checksum', ofBytes(withoutChecksum(gzipSync(TEXT)), 'gzip')],
    [
      'packed, with a wrong checksum and other bytes behind it',
      ofBytes(Buffer.concat([withoutChecksum(gzipSync(TEXT)), Buffer.from('other')]), 'gzip'),
    ],
    ['packed, with a second member that is cut off', ofBytes(IN_TWO_MEMBERS.subarray(0, -20), 'gzip')],
    ['packed, with a second member that is only its first bytes', ofBytes(withFirstBytes(gzipSync(TEXT)), 'gzip')],
    ['packed in more than a hundred members, with other bytes behind them', ofBytes(inMembers(101), 'gzip')],
    ['packed twice', ofBytes(gzipSync(gzipSync(TEXT)), 'gzip')],
  ])('that is unreadable (%s) is not read with U+FFFD in its place', (_title, read) => {
    expect(read).toEqual({ kind: 'unreadable' });
  });

  test.each([
    ['br', brotliCompressSync(TEXT)],
    ['deflate', Buffer.from(TEXT)],
    ['gzip, gzip', gzipSync(gzipSync(TEXT))],
    ['gzip, identity, x-gzip', gzipSync(gzipSync(TEXT))],
    ['identity, br', brotliCompressSync(TEXT)],
    ['gzip;q=1', gzipSync(TEXT)],
  ])('in the coding %s is not read as text', (coding, bytes) => {
    expect(ofBytes(bytes, coding)).toEqual({ kind: 'unknown-coding' });
  });

  test('with codings in two lines is not read as text', () => {
    expect(ofBytes(gzipSync(TEXT), ['gzip', 'br'])).toEqual({ kind: 'unknown-coding' });
  });

  test('may be 1 MiB when it is unpacked, and not one byte more', () => {
    expect(ofBytes(gzipSync(Buffer.alloc(MAX_UNPACKED_BYTES, ' ')), 'gzip').kind).toBe('text');
    expect(ofBytes(gzipSync(Buffer.alloc(MAX_UNPACKED_BYTES + 1, ' ')), 'gzip').kind).toBe('too-large');
  });

  test('that is a bomb is given up at that size: 200 MiB cost no more', () => {
    const mib = gzipSync(Buffer.alloc(1024 * 1024, ' '));
    const before = process.memoryUsage().arrayBuffers;
    expect(ofBytes(Buffer.concat(Array<Buffer>(200).fill(mib)), 'gzip').kind).toBe('too-large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024);
  });
});
