import { describe, expect, test } from '@jest/globals';
import { MAX_REPLY_BYTES, readCappedText } from '../../../../functions/adapters/capillary/capped-body.ts';

/** A reply that comes in these pieces, and whether the rest of it was refused. */
function replyOf(pieces: Iterable<Uint8Array>) {
  const iterator = pieces[Symbol.iterator]();
  let given = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const { value, done } = iterator.next();
        if (done) return controller.close();
        given += 1;
        controller.enqueue(value);
      },
      cancel: () => {
        isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { response: new Response(body), given: () => given, isCancelled: () => isCancelled };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('reading a reply', () => {
  test('gives the text, whatever pieces it comes in', async () => {
    const text = '{"firstName":"नेहा 😀"}';
    const { response } = replyOf([...utf8(text)].map((byte) => Uint8Array.of(byte)));
    expect(await readCappedText(response)).toBe(text);
  });

  test('gives an empty text where there is no body', async () => {
    expect(await readCappedText(new Response(null))).toBe('');
    expect(await readCappedText(new Response(''))).toBe('');
  });

  test('leaves out a byte order mark', async () => {
    expect(await readCappedText(new Response(utf8('\ufeff{}')))).toBe('{}');
  });

  test('gives nothing for what is not UTF-8', async () => {
    expect(await readCappedText(new Response(Uint8Array.of(0x22, 0xe9, 0x22)))).toBeUndefined();
    expect(await readCappedText(new Response(utf8('😀').subarray(0, 3)))).toBeUndefined();
  });

  test('reads 2 MiB', async () => {
    expect(MAX_REPLY_BYTES).toBe(2 * 1024 * 1024);
    expect(await readCappedText(new Response(' '.repeat(MAX_REPLY_BYTES)))).toHaveLength(MAX_REPLY_BYTES);
  });

  test('gives nothing for a byte more, and stops the transfer there', async () => {
    const piece = utf8(' '.repeat(64 * 1024));
    const endless = (function* () {
      for (;;) yield piece;
    })();
    const { response, given, isCancelled } = replyOf(endless);
    expect(await readCappedText(response)).toBeUndefined();
    expect(isCancelled()).toBe(true);
    expect(given()).toBeLessThanOrEqual(MAX_REPLY_BYTES / piece.length + 2);
  });

  test('fails when the connection breaks', async () => {
    const broken = (function* () {
      yield utf8('{');
      throw new TypeError('terminated');
    })();
    await expect(readCappedText(replyOf(broken).response)).rejects.toThrow('terminated');
  });
});
