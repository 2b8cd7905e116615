import { describe, expect, test } from '@jest/globals';
import { isSilentRefusal, SILENT_REFUSAL, toLookupError } from '../../../functions/lookup/error-code.ts';
import type { LookupResult, ServedReply } from '../../../functions/lookup/lookup-result.ts';
import { lookupReport } from '../../../functions/lookup/report.ts';
import { FAILURE_KINDS, type FailureKind } from '../../../functions/lookup/upstream.ts';
import { PLAIN_FACTS } from '../../support/lookup-results.ts';

// Tests the names of a look-up's outcome, for the caller and in the log.

describe('the error of a look-up that has no answer', () => {
  test.each<[FailureKind, string, number | undefined, RegExp]>([
    ['connection', 'upstream_unavailable', 5, /cannot be reached/],
    ['server-error', 'upstream_unavailable', 5, /fails/],
    ['throttled', 'upstream_unavailable', 5, /throttles/],
    ['credentials-unreadable', 'upstream_unavailable', 5, /cannot be read/],
    ['breaker-open', 'upstream_unavailable', 5, /not asked now/],
    ['over-budget', 'upstream_unavailable', 5, /used up/],
    ['credentials-refused', 'upstream_invalid', undefined, /refuses our credentials/],
    ['invalid', 'upstream_invalid', undefined, /not what it should be/],
    ['timeout', 'upstream_timeout', undefined, /in time/],
  ])('%s is %s', (failure, code, retryAfterSeconds, message) => {
    const error = toLookupError({ kind: 'failed', failure });
    expect(error).toEqual({ code, retryAfterSeconds, message: expect.stringMatching(message) });
    expect(FAILURE_KINDS).toContain(failure);
  });

  test.each([
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
    [60_000, 60],
    [60_001, 60],
  ])('Retry-After %i ms is %i s', (retryAfterMs, seconds) => {
    expect(toLookupError({ kind: 'failed', failure: 'throttled', retryAfterMs }).retryAfterSeconds).toBe(seconds);
  });

  test('does not say when to come back if waiting does not help', () => {
    expect(toLookupError({ kind: 'failed', failure: 'timeout', retryAfterMs: 1000 }).retryAfterSeconds).toBeUndefined();
    expect(toLookupError({ kind: 'not-cached' })).toEqual({
      code: 'not_cached',
      message: 'The cache cannot answer, and only-if-cached forbids asking the upstream.',
      retryAfterSeconds: undefined,
    });
  });
});

const word: ServedReply = {
  kind: 'found',
  status: 200,
  body: 'canary',
  ageMs: 5,
  ttlMs: 7,
  customer: 'canary',
  customerAliases: [],
};

describe('a silent refusal', () => {
  test('is an error that says what to check, and that waiting does not help', () => {
    expect(SILENT_REFUSAL).toStrictEqual({
      code: 'upstream_refused',
      message: 'The upstream refuses this look-up and does not say why. Check the identifier and the parameters.',
      retryAfterSeconds: undefined,
    });
  });

  test.each<[string, Partial<ServedReply>, boolean]>([
    ['a refusal without a body', { kind: 'refused', body: '' }, true],
    ["a refusal with the upstream's error", { kind: 'refused', body: '{}' }, false],
    ['"not found" without a body', { kind: 'not-found', body: '' }, false],
  ])('%s', (_title, reply, isSilent) => {
    expect(isSilentRefusal({ ...word, ...reply })).toBe(isSilent);
  });

  test('is not searched in the body of another reply, which would have to be unpacked', () => {
    const packed: ServedReply = {
      ...word,
      get body(): string {
        throw new Error('The body was unpacked.');
      },
    };
    expect(isSilentRefusal(packed)).toBe(false);
  });
});

describe('the report of a look-up', () => {
  const call = { askedAt: 1, durationMs: 2, attempts: 3, status: 200, requestId: 'cap' };
  const result = (parts: Partial<LookupResult>): LookupResult => ({
    answer: word,
    cache: { status: 'hit', detail: undefined },
    ...PLAIN_FACTS,
    ...parts,
  });

  test('of a hit has no empty members', () => {
    expect(lookupReport(result({}))).toStrictEqual({ answer: 'found', cache: 'hit', ageMs: 5 });
  });

  test('of a stale hit gives the reason, the failure, and says that a revalidation was requested', () => {
    const stale = result({
      cache: { status: 'hit', detail: 'stale-if-error' },
      maskedFailure: 'timeout',
      storeFailure: 'AbortError',
      isRevalidationAsked: true,
    });
    expect(lookupReport(stale)).toMatchObject({
      detail: 'stale-if-error',
      upstreamFailure: 'timeout',
      storeFailure: 'AbortError',
      isRevalidationAsked: true,
    });
  });

  test('of a fetch says how the call ended', () => {
    const cache = { status: 'forward', reason: 'miss', isStored: true } as const;
    expect(lookupReport(result({ cache, upstreamCall: call, isIdentityMismatch: true }))).toEqual({
      answer: 'found',
      cache: 'miss',
      isStored: true,
      ageMs: 5,
      isIdentityMismatch: true,
      upstreamStatus: 200,
      upstreamDurationMs: 2,
      upstreamAttempts: 3,
      upstreamRequestId: 'cap',
    });
  });

  test('of a call that could not be made says why', () => {
    expect(lookupReport(result({ upstreamCall: { ...call, error: 'ENOTFOUND' } }))).toMatchObject({
      upstreamError: 'ENOTFOUND',
    });
  });

  test.each<[string, Partial<LookupResult>, object]>([
    ['a revalidation that was lost', { isRevalidationLost: true }, { isRevalidationLost: true }],
    ['an entry that a prefetch fetched', { isPrefetchUsed: true }, { isPrefetchUsed: true }],
  ])('of a hit tells of %s', (_title, parts, told) => {
    expect(lookupReport(result(parts))).toStrictEqual({ answer: 'found', cache: 'hit', ageMs: 5, ...told });
  });

  test.each<[string, boolean, object]>([
    ['a prefetch', true, { isPrefetch: true }],
    ['a short wait', false, {}],
  ])('of a pending answer tells a prefetch from a short wait: %s', (_title, isPrefetch, told) => {
    const cache = { status: 'forward', reason: 'miss', isStored: false } as const;
    expect(lookupReport(result({ answer: { kind: 'pending', isPrefetch }, cache }))).toStrictEqual({
      answer: 'pending',
      cache: 'miss',
      isStored: false,
      ...told,
    });
  });

  test('of a fetch has its time in whole milliseconds', () => {
    expect(lookupReport(result({ upstreamCall: { ...call, durationMs: 2.6 } }))).toMatchObject({
      upstreamDurationMs: 3,
    });
  });

  test.each(['joined', 'mismatch', 'v2-missing', 'v1.1-missing'] as const)(
    'of a joined look-up says how the halves ended: %s',
    (joined) => {
      expect(lookupReport(result({ joined }))).toStrictEqual({
        answer: 'found',
        cache: 'hit',
        joined,
        ageMs: 5,
      });
    },
  );

  test('of a collapsed failure says how the upstream failed', () => {
    const answer = { kind: 'failed', failure: 'throttled' } as const;
    const cache = { status: 'collapsed', reason: 'miss' } as const;
    expect(lookupReport(result({ answer, cache, maskedFailure: 'timeout' }))).toEqual({
      answer: 'failed',
      cache: 'collapsed',
      upstreamFailure: 'throttled',
    });
  });
});
