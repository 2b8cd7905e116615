import { describe, expect, test } from '@jest/globals';
import type { Supplement } from '../../../functions/customer/request/canonical-request.ts';
import { supplementOf } from '../../../functions/customer/v1/v1-request.ts';
import type { NotStoredReason } from '../../../functions/lookup/entry.ts';
import { join } from '../../../functions/lookup/join.ts';
import type { Answer, CacheUse, LookupResult, ServedReply } from '../../../functions/lookup/lookup-result.ts';
import { FAILURE_KINDS, type UpstreamCall } from '../../../functions/lookup/upstream.ts';
import { PLAIN_FACTS } from '../../support/lookup-results.ts';

// Tests the result of two halves, whatever brought each of them.

const SUPPLEMENT: Supplement = supplementOf(
  { identifier: { name: 'mobile', value: '919876543210' }, sent: '919876543210', isKeyed: true },
  ['coupons', 'registeredStore'],
);

const word = (body: string, parts: Partial<ServedReply> = {}): ServedReply => ({
  kind: 'found',
  status: 200,
  body,
  ageMs: 1000,
  ttlMs: 299_000,
  customer: 'the-customer',
  customerAliases: [],
  ...parts,
});
const PROFILE = word('{"id":9007199254740993,"loyaltyInfo":{"lifetimePurchases":221350.000},"warnings":[]}');
const SECTIONS = word(
  '{"customers":{"customer":{"user_id":"9007199254740993","coupons":{"coupon":[{"code":"0012","redeemed":"false"}]},' +
    '"registered_store":{"code":"S1","name":""}}}}',
);
const said = (kind: 'not-found' | 'refused' | 'erased', code: number, status = 200) =>
  word(`{"errors":[{"status":false,"code":${code},"message":"its words"}],"warnings":[]}`, {
    kind,
    status,
    ttlMs: 0,
    customer: undefined,
  });
const saidByV1 = (kind: 'not-found' | 'refused' | 'erased', code: number, status = 200) =>
  word(`{"customers":{"customer":[{"item_status":{"success":"false","code":"${code}","message":"its words"}}]}}`, {
    kind,
    status,
    ttlMs: 0,
    customer: undefined,
  });
const failed = (failure: (typeof FAILURE_KINDS)[number], retryAfterMs?: number): Answer => ({
  kind: 'failed',
  failure,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
const SILENTLY_REFUSED = word('', { kind: 'refused', status: 400, ttlMs: 0, customer: undefined });
const NOT_CACHED: Answer = { kind: 'not-cached' };

const HIT: CacheUse = { status: 'hit', detail: undefined };
const STALE: CacheUse = { status: 'hit', detail: 'stale-while-revalidate' };
const STORED: CacheUse = { status: 'forward', reason: 'miss', isStored: true };
const NOT_STORED: CacheUse = { status: 'forward', reason: 'miss', isStored: false };
const COLLAPSED: CacheUse = { status: 'collapsed', reason: 'miss' };

const result = (answer: Answer, parts: Partial<LookupResult> = {}): LookupResult => ({
  answer,
  cache: HIT,
  ...PLAIN_FACTS,
  ...parts,
});

const joined = (main: LookupResult, other: LookupResult) => join(main, other, SUPPLEMENT);

/** The reply, as its caller reads it. */
function replyOf({ answer }: LookupResult) {
  if (!('body' in answer)) throw new TypeError('There is no reply.');
  return JSON.parse(answer.body);
}

describe('both halves', () => {
  test('of one customer are one reply, with the upstream’s own digits and v1.1’s sections in v2’s manner', () => {
    const { answer, ...rest } = joined(result(PROFILE), result(SECTIONS));
    expect(answer).toMatchObject({ kind: 'found', status: 200, customer: 'the-customer' });
    expect('body' in answer && answer.body).toBe(
      '{"id":9007199254740993,"loyaltyInfo":{"lifetimePurchases":221350.000},"warnings":[],' +
        '"coupons":[{"code":"0012","redeemed":false}],"registeredStore":{"code":"S1","name":null}}',
    );
    expect(rest).toMatchObject({ joined: 'joined', cache: HIT });
  });

  test.each([
    [
      [1000, 299_000],
      [60_000, 240_000],
    ],
    [
      [60_000, 240_000],
      [1000, 299_000],
    ],
    [
      [60_000, -5000],
      [400_000, 10],
    ],
  ])('have the age of the older half and the freshness of the half with less time left (%j, %j)', (main, other) => {
    const [[mainAge = 0, mainTtl = 0], [otherAge = 0, otherTtl = 0]] = [main, other];
    const { answer } = joined(
      result({ ...PROFILE, ageMs: mainAge, ttlMs: mainTtl }),
      result({ ...SECTIONS, ageMs: otherAge, ttlMs: otherTtl }),
    );
    expect(answer).toMatchObject({ ageMs: Math.max(mainAge, otherAge), ttlMs: Math.min(mainTtl, otherTtl) });
  });

  test.each<[string, CacheUse, CacheUse, CacheUse]>([
    ['both hits are a hit', HIT, HIT, HIT],
    ['a hit and a miss are a miss', HIT, STORED, STORED],
    ['a miss and a hit are a miss', STORED, HIT, STORED],
    ['two misses are stored only if both are', STORED, NOT_STORED, NOT_STORED],
    ['two misses are stored only if both are, the other way too', NOT_STORED, STORED, NOT_STORED],
    ['two misses, both stored, are stored', STORED, STORED, STORED],
    ['a hit and one that another fetched is collapsed', HIT, COLLAPSED, COLLAPSED],
    ['one that another fetched and a miss are a miss', COLLAPSED, STORED, STORED],
    [
      'the reason of v2 to go forward counts',
      { ...STORED, reason: 'stale' },
      { ...STORED, reason: 'request' },
      { ...STORED, reason: 'stale' },
    ],
  ])('%s', (_case, main, other, both) => {
    expect(joined(result(PROFILE, { cache: main }), result(SECTIONS, { cache: other })).cache).toEqual(both);
  });

  test('are stale if one half is stale, for the reason of the half with less freshness left', () => {
    const maxStale: CacheUse = { status: 'hit', detail: 'max-stale' };
    const stale = { ...SECTIONS, ttlMs: -10 };
    expect(joined(result(PROFILE), result(stale, { cache: STALE })).cache).toEqual(STALE);
    const older = { ...PROFILE, ttlMs: -20 };
    expect(joined(result(older, { cache: maxStale }), result(stale, { cache: STALE })).cache).toEqual(maxStale);
    const younger = { ...PROFILE, ttlMs: -5 };
    expect(joined(result(younger, { cache: maxStale }), result(stale, { cache: STALE })).cache).toEqual(STALE);
  });
});

describe('halves are joined only if they are of one customer', () => {
  const OTHER = 'v1.1 has another customer by this identifier.';
  const UNKNOWN = "v1.1 or v2 does not give the customer's id, so the two may have different customers.";
  test.each<[string, string | undefined, string | undefined, string]>([
    ['another customer', 'the-customer', 'another', OTHER],
    ['v2 does not name the customer', undefined, 'the-customer', UNKNOWN],
    ['v1.1 does not name the customer', 'the-customer', undefined, UNKNOWN],
    ['neither names the customer', undefined, undefined, UNKNOWN],
  ])('%s: the profile alone, with a warning that says what is missing and why', (_case, main, other, why) => {
    const both = joined(result({ ...PROFILE, customer: main }), result({ ...SECTIONS, customer: other }));
    expect(both.joined).toBe('mismatch');
    expect(replyOf(both)).toEqual({
      ...JSON.parse(PROFILE.body),
      warnings: [
        {
          status: false,
          code: 'missing_sections',
          message: `Missing here: coupons, registeredStore. ${why}`,
        },
      ],
    });
    expect(both.answer).toMatchObject({ kind: 'found', status: 200, customer: main });
    expect(JSON.stringify(both)).not.toContain('0012');
  });

  test('the warning comes after those of the upstream', () => {
    const warned = word('{"id":1,"warnings":[{"code":8069,"message":"merged"}]}');
    expect(replyOf(joined(result(warned), result({ ...SECTIONS, customer: 'another' }))).warnings).toMatchObject([
      { code: 8069 },
      { code: 'missing_sections' },
    ]);
  });

  test.each(['{"id":1}', '{"id":1,"warnings":null}'])(
    'the reply gets a list for the warning if it has none: %s',
    (body) => {
      const both = joined(result(word(body)), result({ ...SECTIONS, customer: 'another' }));
      expect(replyOf(both).warnings).toMatchObject([{ code: 'missing_sections' }]);
    },
  );

  test('the reply is no older and no staler than the profile', () => {
    const stale = { ...SECTIONS, customer: 'another', ageMs: 400_000, ttlMs: -100_000 };
    const both = joined(result(PROFILE), result(stale, { cache: STALE }));
    expect(both).toMatchObject({ answer: { ageMs: 1000, ttlMs: 299_000 }, cache: HIT });
  });
});

describe('without the half of v1.1', () => {
  const halves: [string, Answer][] = [
    ...FAILURE_KINDS.map((failure): [string, Answer] => [failure, failed(failure)]),
    ['not-cached', NOT_CACHED],
    ['not-found', saidByV1('not-found', 1012)],
    ['refused', saidByV1('refused', 1044)],
    ['refused without a readable error', SILENTLY_REFUSED],
  ];

  test.each(halves)('%s: the profile, with a warning that names what is missing', (_case, answer) => {
    const both = joined(result(PROFILE), result(answer, { cache: NOT_STORED }));
    expect(both).toMatchObject({ answer: { kind: 'found', ageMs: 1000, ttlMs: 299_000 }, joined: 'v1.1-missing' });
    const reply = replyOf(both);
    expect(reply).not.toHaveProperty('coupons');
    expect(reply.warnings).toEqual([
      {
        status: false,
        code: 'missing_sections',
        message: expect.stringMatching(/^Missing here: coupons, registeredStore\. /),
      },
    ]);
  });

  test.each<[string, Answer, RegExp]>([
    ['a failure', failed('server-error'), /by v1\.1 failed; try again/],
    ['the upstream’s word', saidByV1('not-found', 1012), /v1\.1 does not give this customer/],
    ['only-if-cached', NOT_CACHED, /The cache has no answer of v1\.1/],
  ])('%s: the warning says whether the caller should ask again', (_case, answer, words) => {
    expect(replyOf(joined(result(PROFILE), result(answer))).warnings[0].message).toMatch(words);
  });

  test.each([failed('timeout'), saidByV1('not-found', 1012)])(
    'the reply is no hit, though the profile is one (%#)',
    (answer) => {
      const { cache } = joined(result(PROFILE), result(answer, { cache: NOT_STORED }));
      expect(cache).toEqual(NOT_STORED);
    },
  );

  test.each<[string, Answer, string]>([
    ['failed', failed('timeout'), 'The look-up by v1.1 failed; try again.'],
    ['is pending', { kind: 'pending', isPrefetch: false }, 'v1.1 has not answered yet; ask again.'],
    ['is not cached', NOT_CACHED, 'The cache has no answer of v1.1, and only-if-cached forbids asking for one.'],
    ['is not found', saidByV1('not-found', 1012), 'v1.1 does not give this customer.'],
  ])('the warning gives the reason, and says whether the caller should ask again: it %s', (_what, answer, why) => {
    expect(replyOf(joined(result(PROFILE), result(answer))).warnings).toMatchObject([
      { message: `Missing here: coupons, registeredStore. ${why}` },
    ]);
  });

  test('the log says how v1.1 failed', () => {
    expect(joined(result(PROFILE), result(failed('throttled'))).maskedFailure).toBe('throttled');
  });
});

describe('without the half of v2', () => {
  test.each([...FAILURE_KINDS.map((failure) => failed(failure, 3000)), NOT_CACHED])(
    '%j: the sections and the id, with a warning that names what is missing',
    (answer) => {
      const both = joined(result(answer, { cache: NOT_STORED }), result(SECTIONS));
      expect(both).toMatchObject({
        answer: { kind: 'found', status: 200, ageMs: 1000, ttlMs: 299_000 },
        joined: 'v2-missing',
        cache: NOT_STORED,
      });
      expect('body' in both.answer && both.answer.body).toContain('"id":9007199254740993,');
      expect(replyOf(both)).toMatchObject({
        coupons: [{ code: '0012', redeemed: false }],
        registeredStore: { code: 'S1', name: null },
        warnings: [
          {
            status: false,
            code: 'missing_profile',
            message: expect.stringMatching(/^Missing here: the profile\. This reply has only id, coupons, registered/),
          },
        ],
      });
    },
  );

  test('the log says how v2 failed', () => {
    expect(joined(result(failed('timeout')), result(SECTIONS)).maskedFailure).toBe('timeout');
  });

  test.each<[string, Answer, RegExp]>([
    ['a failure', failed('server-error'), /by v2 failed; try again/],
    ['only-if-cached', NOT_CACHED, /The cache has no answer of v2/],
  ])('%s: the warning says whether the caller should ask again', (_case, answer, words) => {
    expect(replyOf(joined(result(answer), result(SECTIONS))).warnings[0].message).toMatch(words);
  });

  test.each<[string, Answer]>([
    ['failed', failed('connection')],
    ['not cached', NOT_CACHED],
    ['not found', saidByV1('not-found', 1012)],
    ['refused', saidByV1('refused', 618)],
    ['refused without a readable error', SILENTLY_REFUSED],
  ])('v1.1 %s: the error is v2’s', (_case, answer) => {
    const main = failed('throttled', 3000);
    expect(joined(result(main, { cache: NOT_STORED }), result(answer))).toMatchObject({
      answer: main,
      joined: undefined,
    });
  });
});

describe('v2’s answer counts', () => {
  test.each([said('not-found', 8015, 404), said('refused', 618), said('erased', 8015), SILENTLY_REFUSED])(
    'without a change, whatever v1.1 says (%j)',
    (main) => {
      for (const other of [SECTIONS, saidByV1('refused', 1044), SILENTLY_REFUSED, failed('timeout'), NOT_CACHED]) {
        expect(joined(result(main), result(other))).toMatchObject({ answer: main, joined: undefined });
      }
    },
  );

  test('if both say erased', () => {
    const main = said('erased', 8015);
    expect(joined(result(main), result(saidByV1('erased', 1012)))).toMatchObject({ answer: main });
  });

  test('with its own freshness, even if the half of v1.1 is stale', () => {
    const main = { ...said('not-found', 8015), ttlMs: 12_000 };
    const both = joined(result(main), result({ ...SECTIONS, ttlMs: -10 }, { cache: STALE }));
    expect(both).toMatchObject({ answer: main, cache: HIT });
  });
});

describe('v1.1 says erased', () => {
  test.each<[string, Answer]>([
    ['found', PROFILE],
    ['not found', said('not-found', 8015)],
    ['failed', failed('timeout')],
    ['refused', said('refused', 618)],
    ['refused without a readable error', SILENTLY_REFUSED],
  ])('this is the answer, in v2’s shape, if v2 %s', (_case, main) => {
    const both = joined(result(main), result(saidByV1('erased', 1012, 400)));
    expect(both).toMatchObject({ answer: { kind: 'erased', status: 400, customer: undefined } });
    expect(replyOf(both)).toEqual({
      errors: [{ status: false, code: 1012, message: 'its words' }],
      warnings: [],
    });
    expect(JSON.stringify(both)).not.toContain('221350');
  });
});

describe('the code of v1.1’s erasure', () => {
  test.each([
    ['"1012"', 1012],
    ['1012', 1012],
    ['"0012"', '0012'],
    ['"E1012"', 'E1012'],
    ['"1012."', '1012.'],
    ['""', ''],
    ['null', null],
    ['true', true],
  ])('%s is %j in v2’s shape', (written, code) => {
    const erased = word(`{"customers":{"customer":[{"item_status":{"code":${written},"message":"its words"}}]}}`);
    const both = joined(result(PROFILE), result({ ...erased, kind: 'erased' }));
    expect(replyOf(both).errors).toEqual([{ status: false, code, message: 'its words' }]);
  });
});

describe('the log line of both halves', () => {
  const call = (parts: Partial<UpstreamCall> = {}): UpstreamCall => ({
    askedAt: 100,
    durationMs: 20,
    attempts: 1,
    status: 200,
    requestId: 'cap-v2',
    ...parts,
  });

  test('counts the first attempt of a half once: the last one may have begun much later', () => {
    const main = result(PROFILE, { upstreamCall: call() });
    const retried = call({ askedAt: 1050, begunAt: 110, durationMs: 1840, attempts: 2 });
    const both = joined(main, result(SECTIONS, { upstreamCall: retried }));
    expect(both.upstreamCall).toMatchObject({ askedAt: 100, begunAt: 100, durationMs: 1850, attempts: 3 });
  });

  test('reports the calls as one: from the first start, as long as the longer, all attempts, v2’s status and request id', () => {
    const main = result(PROFILE, { upstreamCall: call({ askedAt: 110 }) });
    const other = result(SECTIONS, {
      upstreamCall: call({ durationMs: 50, attempts: 2, status: 404, requestId: 'cap-v1' }),
    });
    expect(joined(main, other).upstreamCall).toEqual({
      askedAt: 100,
      begunAt: 100,
      durationMs: 50,
      attempts: 3,
      status: 200,
      requestId: 'cap-v2',
    });
  });

  test.each([
    [{ error: 'ENOTFOUND' }, {}, 'ENOTFOUND'],
    [{}, { error: 'ECONNRESET' }, 'ECONNRESET'],
    [{ error: 'ENOTFOUND' }, { error: 'ECONNRESET' }, 'ENOTFOUND'],
  ])('says why a call failed: v2’s %j, v1.1’s %j', (v2, v1, error) => {
    const main = result(PROFILE, { cache: STORED, upstreamCall: call(v2) });
    const other = result(SECTIONS, { cache: STORED, upstreamCall: call(v1) });
    expect(joined(main, other).upstreamCall).toHaveProperty('error', error);
  });

  test('has the status of the half that went forward, if the other served a stale answer', () => {
    const stale = result(PROFILE, {
      cache: { status: 'hit', detail: 'stale-if-error' },
      maskedFailure: 'server-error',
      upstreamCall: call({ status: 503 }),
    });
    const fetched = result(SECTIONS, { cache: STORED, upstreamCall: call({ requestId: 'cap-v1' }) });
    expect(joined(stale, fetched)).toMatchObject({
      cache: STORED,
      upstreamCall: { status: 200, requestId: 'cap-v1', attempts: 2 },
    });
  });

  test('has the status of v2 if both went forward', () => {
    const main = result(PROFILE, { cache: STORED, upstreamCall: call({ status: 201 }) });
    const other = result(SECTIONS, { cache: STORED, upstreamCall: call({ status: 202 }) });
    expect(joined(main, other).upstreamCall).toMatchObject({ status: 201 });
  });

  test('v1.1’s warnings come after v2’s, with a numeric code', () => {
    const warning = '{"code":"91001","message":"its words"}';
    const status = `{"success":"true","warnings":{"warning":[${warning},"no warning",8063]}}`;
    const partial = word(`{"customers":{"customer":{"user_id":"1","item_status":${status}}}}`);
    const warned = word('{"id":1,"warnings":[{"code":8069,"message":"merged"}]}');
    expect(replyOf(joined(result(warned), result(partial))).warnings).toEqual([
      { code: 8069, message: 'merged' },
      { status: false, code: 91001, message: 'its words' },
      { status: false, code: 8063, message: null },
    ]);
    expect(replyOf(joined(result(failed('timeout')), result(partial))).warnings).toMatchObject([
      { code: 91001 },
      { code: 8063 },
      { code: 'missing_profile' },
    ]);
  });

  test('reports a single call as it is', () => {
    const upstreamCall = call({ requestId: 'cap-v1' });
    expect(joined(result(PROFILE), result(SECTIONS, { upstreamCall })).upstreamCall).toEqual(upstreamCall);
    expect(joined(result(PROFILE, { upstreamCall }), result(SECTIONS)).upstreamCall).toEqual(upstreamCall);
    expect(joined(result(PROFILE), result(SECTIONS)).upstreamCall).toBeUndefined();
  });

  test('the log says why a half is not stored: of two reasons, that of the first half', () => {
    const unstored = (notStored?: NotStoredReason): CacheUse => ({ ...NOT_STORED, ...(notStored && { notStored }) });
    const reasonOf = (main: CacheUse, other: CacheUse) =>
      joined(result(PROFILE, { cache: main }), result(SECTIONS, { cache: other })).cache;
    expect(reasonOf(unstored('partial'), STORED)).toEqual({ ...NOT_STORED, notStored: 'partial' });
    expect(reasonOf(STORED, unstored('too-large'))).toEqual({ ...NOT_STORED, notStored: 'too-large' });
    expect(reasonOf(unstored('partial'), unstored('too-large'))).toEqual({ ...NOT_STORED, notStored: 'partial' });
    expect(reasonOf(unstored(), STORED)).not.toHaveProperty('notStored');
  });

  test.each<Partial<LookupResult>>([
    { storeFailure: 'TimeoutError' },
    { isIdentityMismatch: true },
    { isRevalidationAsked: true },
    { isRevalidationLost: true },
    { isPrefetchUsed: true },
    { maskedFailure: 'timeout' },
  ])('the log says of the look-up what it says of one half (%j)', (parts) => {
    expect(joined(result(PROFILE, parts), result(SECTIONS))).toMatchObject(parts);
    expect(joined(result(PROFILE), result(SECTIONS, parts))).toMatchObject(parts);
    const neither = joined(result(PROFILE), result(SECTIONS));
    expect(neither).toMatchObject({ isIdentityMismatch: false, isRevalidationAsked: false, isRevalidationLost: false });
    expect(neither).not.toHaveProperty('isPrefetchUsed');
    expect(neither).toMatchObject({ storeFailure: undefined, maskedFailure: undefined });
  });
});
