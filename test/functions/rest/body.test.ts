import { brotliCompressSync, gzipSync } from 'node:zlib';
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

describe('a body', () => {
  test.each<[string, ReturnType<typeof readText>]>([
    ['as text', ofText(TEXT)],
    ['as bytes', ofBytes(Buffer.from(TEXT))],
    ['with a byte order mark, as text', ofText(`\uFEFF${TEXT}`)],
    ['with a byte order mark, as bytes', ofBytes(Buffer.from(`\uFEFF${TEXT}`))],
    ['packed', ofBytes(gzipSync(TEXT), 'gzip')],
    ['packed, with a byte order mark', ofBytes(gzipSync(`\uFEFF${TEXT}`), 'gzip')],
    ['packed by the old name, in another letter case', ofBytes(gzipSync(TEXT), ' X-GZip ')],
    ['packed in two members', ofBytes(Buffer.concat([gzipSync(TEXT.slice(0, 9)), gzipSync(TEXT.slice(9))]), 'gzip')],
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
    ['packed twice', ofBytes(gzipSync(gzipSync(TEXT)), 'gzip')],
  ])('that is unreadable (%s) is not read with U+FFFD in its place', (_title, read) => {
    expect(read).toEqual({ kind: 'unreadable' });
  });

  test.each([
    ['br', brotliCompressSync(TEXT)],
    ['deflate', Buffer.from(TEXT)],
    ['gzip, gzip', gzipSync(gzipSync(TEXT))],
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
