import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { MAX_REPLY_BYTES, readCappedText } from '../../../../functions/adapters/capillary/capped-body.ts';

/** A reply that comes in these pieces, and whether the rest of it was refused. */
function replyOf(pieces: Iterable<Uint8Array>, contentEncoding?: string) {
  let given = 0;
  let isEnded = false;
  const body = (async function* () {
    try {
      for (const piece of pieces) {
        given += 1;
        yield piece;
      }
    } finally {
      isEnded = true;
    }
  })();
  const header = (name: string) => (name === 'content-encoding' ? contentEncoding : undefined);
  return { reply: { header, body }, given: () => given, isCancelled: () => isEnded };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('reading a reply', () => {
  test('gives the text, whatever pieces it comes in', async () => {
    const text = '{"firstName":"नेहा 😀"}';
    const { reply } = replyOf([...utf8(text)].map((byte) => Uint8Array.of(byte)));
    expect(await readCappedText(reply)).toBe(text);
  });

  test('gives an empty text if there is no body', async () => {
    expect(await readCappedText(replyOf([]).reply)).toBe('');
    expect(await readCappedText(replyOf([utf8('')]).reply)).toBe('');
  });

  test('leaves out a byte order mark', async () => {
    expect(await readCappedText(replyOf([utf8('\ufeff{}')]).reply)).toBe('{}');
  });

  test('gives nothing for bytes that are not UTF-8', async () => {
    expect(await readCappedText(replyOf([Uint8Array.of(0x22, 0xe9, 0x22)]).reply)).toBeUndefined();
    expect(await readCappedText(replyOf([utf8('😀').subarray(0, 3)]).reply)).toBeUndefined();
  });

  test('reads 512 KiB', async () => {
    expect(MAX_REPLY_BYTES).toBe(512 * 1024);
    expect(await readCappedText(replyOf([utf8(' '.repeat(MAX_REPLY_BYTES))]).reply)).toHaveLength(MAX_REPLY_BYTES);
  });

  test('gives nothing for a byte more', async () => {
    expect(await readCappedText(replyOf([utf8(' '.repeat(MAX_REPLY_BYTES + 1))]).reply)).toBeUndefined();
  });

  test('stops the transfer of more than that', async () => {
    const piece = utf8(' '.repeat(64 * 1024));
    const endless = (function* () {
      for (;;) yield piece;
    })();
    const { reply, given, isCancelled } = replyOf(endless);
    expect(await readCappedText(reply)).toBeUndefined();
    expect(isCancelled()).toBe(true);
    expect(given()).toBeLessThanOrEqual(MAX_REPLY_BYTES / piece.length + 2);
  });

  test('fails when the connection breaks', async () => {
    const broken = (function* () {
      yield utf8('{');
      throw new TypeError('terminated');
    })();
    await expect(readCappedText(replyOf(broken).reply)).rejects.toThrow('terminated');
  });
});

/** A reply in these codings, by the header that says so. */
function coded(contentEncoding: string, bytes: Uint8Array) {
  return replyOf([bytes], contentEncoding).reply;
}

describe('a coded reply', () => {
  const TEXT = '{"firstName":"नेहा 😀"}';

  test.each<[string, string, (text: string) => Uint8Array]>([
    ['gzip', 'gzip', gzipSync],
    ['gzip under its old name', 'x-gzip', gzipSync],
    ['gzip in capitals', 'GZIP', gzipSync],
    ['gzip in two members', 'gzip', (text) => Buffer.concat([gzipSync(text.slice(0, 5)), gzipSync(text.slice(5))])],
    ['deflate', 'deflate', deflateSync],
    ['deflate without its header', 'deflate', deflateRawSync],
    ['brotli', 'br', brotliCompressSync],
    ['no coding, said aloud', 'identity', (text) => utf8(text)],
    ['an empty header', ' , ', (text) => utf8(text)],
    ['two codings', 'deflate, gzip', (text) => gzipSync(deflateSync(text))],
    ['three codings', 'br,deflate , gzip', (text) => gzipSync(deflateSync(brotliCompressSync(text)))],
  ])('is read: %s', async (_title, contentEncoding, code) => {
    expect(await readCappedText(coded(contentEncoding, code(TEXT)))).toBe(TEXT);
  });

  test.each<[string, string, Uint8Array]>([
    ['gzip, and it is plain', 'gzip', utf8(TEXT)],
    ['gzip, and it is deflate', 'gzip', deflateSync(TEXT)],
    ['gzip, and it breaks off', 'gzip', gzipSync(TEXT).subarray(0, -9)],
    [
      'gzip, and its checksum is wrong',
      'gzip',
      gzipSync(TEXT).map((byte, at, { length }) => (at === length - 8 ? byte ^ 1 : byte)),
    ],
    ['deflate, and it is plain', 'deflate', utf8(TEXT)],
    ['deflate, and it is gzip', 'deflate', gzipSync(TEXT)],
    ['brotli, and it is plain', 'br', utf8(TEXT)],
    ['brotli, and it breaks off', 'br', brotliCompressSync(TEXT).subarray(0, -3)],
    ['a coding that is not known', 'zstd', gzipSync(TEXT)],
    ['a name that every object has', 'constructor', utf8(TEXT)],
    ['four codings', 'gzip, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(gzipSync(TEXT))))],
  ])('R8: is not read when it says %s', async (_title, contentEncoding, bytes) => {
    expect(await readCappedText(coded(contentEncoding, bytes))).toBeUndefined();
  });

  test('is blank if nothing came, whatever its headers say', async () => {
    for (const coding of ['gzip', 'br', 'zstd']) expect(await readCappedText(coded(coding, new Uint8Array()))).toBe('');
  });

  test.each<[string, string, (bytes: Uint8Array) => Uint8Array]>([
    ['gzip', 'gzip', gzipSync],
    ['deflate', 'deflate', deflateSync],
    ['deflate without its header', 'deflate', deflateRawSync],
    ['brotli', 'br', brotliCompressSync],
  ])('is read up to 512 KiB decoded, and not a byte more: %s', async (_title, contentEncoding, code) => {
    const most = new Uint8Array(MAX_REPLY_BYTES).fill(0x20);
    expect(await readCappedText(coded(contentEncoding, code(most)))).toHaveLength(MAX_REPLY_BYTES);
    const more = new Uint8Array(MAX_REPLY_BYTES + 1).fill(0x20);
    expect(await readCappedText(coded(contentEncoding, code(more)))).toBeUndefined();
  });

  test('is read when it cannot be compressed', async () => {
    // Every byte of ASCII is equally likely: gzip makes it larger than 7/8 of it.
    const random = Uint8Array.from({ length: MAX_REPLY_BYTES }, (_, at) => (at * 2_654_435_761 + (at >> 3)) & 0x7f);
    expect(await readCappedText(coded('gzip', gzipSync(random, { level: 0 })))).toHaveLength(MAX_REPLY_BYTES);
  });

  test('is cut off if the transfer alone is too large, though it decodes to nothing', async () => {
    const empty = gzipSync('');
    const endless = (function* () {
      for (;;) yield Buffer.concat(Array(1000).fill(empty));
    })();
    const { reply, given, isCancelled } = replyOf(endless, 'gzip');
    expect(await readCappedText(reply)).toBeUndefined();
    expect([isCancelled(), given() < 40]).toEqual([true, true]);
  });
});
