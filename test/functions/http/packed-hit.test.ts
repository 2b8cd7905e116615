import { crc32, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { bodyDigest } from '../../../functions/customer/reply/body-digest.ts';
import { lookupReply } from '../../../functions/http/lookup-reply.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import { withLateBody } from '../../../functions/lookup/packed-body.ts';
import { PLAIN_FACTS } from '../../support/lookup-results.ts';

const TEXT = '{"id":7}';
const gzip = gzipSync(TEXT);
const packed = { gzip, checksum: crc32(gzip), digest: bodyDigest(TEXT) };

/** A hit, which counts how often its text is asked for. */
function aHit() {
  const read = { count: 0 };
  const facts = {
    kind: 'found',
    status: 200,
    ageMs: 0,
    ttlMs: 1000,
    customer: undefined,
    customerAliases: [],
  } as const;
  const readBody = () => {
    read.count += 1;
    return TEXT;
  };
  const result: LookupResult = {
    answer: withLateBody(facts, readBody, packed),
    cache: { status: 'hit', detail: undefined },
    ...PLAIN_FACTS,
  };
  return { read, result };
}

test.each([
  ['gzip', gzip, 0],
  [undefined, TEXT, 1],
])(
  'a hit for a caller that accepts %s: the bytes of the reply, and how often the stored body is unpacked',
  (accepted, body, times) => {
    const { read, result } = aHit();
    const wishes = { api: 'v2', fields: undefined, ifNoneMatch: undefined, requestId: 'a-request' } as const;
    expect(lookupReply(result, { ...wishes, acceptEncoding: accepted }).body).toEqual(body);
    expect(read.count).toBe(times);
  },
);
