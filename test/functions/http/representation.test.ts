import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { bodyDigest } from '../../../functions/customer/reply/body-digest.ts';
import { negotiated, negotiatedIfLong, plainOnly } from '../../../functions/http/representation.ts';
import type { PackedBody } from '../../../functions/lookup/packed-body.ts';

const TEXT = '{"id":566881933,"firstName":"Zoë"}'.repeat(40);

function packedAt(level: number): PackedBody {
  const gzip = gzipSync(TEXT, { level });
  return { gzip, checksum: crc32(gzip), digest: bodyDigest(TEXT) };
}

describe('a reply for a caller that accepts gzip', () => {
  test('is the bytes of the store, which no code unpacks', () => {
    const packed = packedAt(6);
    const stored = {
      get body(): string {
        throw new Error('It was inflated.');
      },
      packed,
    };
    const { body, headers } = negotiated(stored, 'gzip');
    expect(body).toEqual(Buffer.from(packed.gzip));
    expect(headers).toEqual({ Vary: 'Accept-Encoding', 'Content-Encoding': 'gzip' });
  });

  test('has the same bytes and the same tag before and after it was stored', () => {
    const [before, after] = [{ body: TEXT }, { body: TEXT, packed: packedAt(-1) }].map((each) =>
      negotiated(each, 'gzip'),
    );
    expect(before?.body).toEqual(after?.body);
    expect(before?.entityTag).toBe(after?.entityTag);
    expect(gunzipSync(before?.body ?? '').toString()).toBe(TEXT);
  });

  test('has another tag if the same text is packed in another way: the tag is strong', () => {
    const tags = [1, 9].map((level) => negotiated({ body: TEXT, packed: packedAt(level) }, 'gzip').entityTag);
    expect(new Set(tags).size).toBe(2);
  });

  test('takes only its own part of a larger buffer', () => {
    const packed = packedAt(6);
    const around = new Uint8Array(packed.gzip.length + 20);
    around.set(packed.gzip, 7);
    const gzip = around.subarray(7, 7 + packed.gzip.length);
    expect(negotiated({ body: '', packed: { ...packed, gzip } }, 'gzip').body).toEqual(Buffer.from(packed.gzip));
  });
});

describe('a reply that was made for one request', () => {
  test('is packed from 1,024 characters on', () => {
    const [short, long] = ['x'.repeat(1023), 'x'.repeat(1024)];
    expect(negotiatedIfLong(short, 'gzip')).toMatchObject({ body: short, headers: {} });
    expect(negotiatedIfLong(long, undefined)).toMatchObject({ body: long, headers: {} });
    const packed = negotiatedIfLong(long, 'gzip');
    expect(gunzipSync(packed.body).toString()).toBe(long);
    expect(packed.headers).toMatchObject({ 'Content-Encoding': 'gzip' });
  });
});

describe('the two codings of a body', () => {
  const stored = { body: TEXT, packed: packedAt(6) };

  test.each([
    ['stored', stored],
    ['not stored', { body: TEXT }],
  ])('have a strong tag each, and each recognises the tag of the other: %s', (_, served) => {
    const [gzip, plain] = [negotiated(served, 'gzip'), negotiated(served, 'identity')];
    expect(plain.body).toBe(TEXT);
    for (const { entityTag } of [gzip, plain]) expect(entityTag).toMatch(/^"[\w-]+"$/);
    expect(gzip.entityTag).not.toBe(plain.entityTag);
    expect(gzip.otherEntityTag()).toBe(plain.entityTag);
    expect(plain.otherEntityTag()).toBe(gzip.entityTag);
  });

  test('say that the coding was chosen, except to a caller that sent no Accept-Encoding', () => {
    expect(negotiated(stored, 'identity').headers).toEqual({ Vary: 'Accept-Encoding' });
    expect(negotiated(stored, '').headers).toEqual({ Vary: 'Accept-Encoding' });
    expect(negotiated(stored, undefined).headers).toEqual({});
  });

  test('the text has the same tag as if there were only one coding', () => {
    expect(negotiated(stored, undefined).entityTag).toBe(plainOnly(TEXT).entityTag);
    expect(plainOnly(TEXT)).toMatchObject({ body: TEXT, headers: {} });
    expect(plainOnly(TEXT).otherEntityTag()).toBeUndefined();
  });
});
