import { describe, expect, test } from '@jest/globals';
import { liveLine } from '../../../local/observation/live-line.ts';
import type { Observation } from '../../../local/observation/observation.ts';

const MOBILE = { api: 'v2', identifierName: 'mobile', durationMs: 12, status: 200 } as const;

const ROWS: readonly (readonly [line: string, observed: Partial<Observation> & Pick<Observation, 'outcome'>])[] = [
  ['HIT  ttl=276  v2 mobile  12 ms', { outcome: 'hit', ttlSeconds: 276, answer: 'found' }],
  ['HIT  ttl=9  not-found  v2 mobile  12 ms', { outcome: 'hit', ttlSeconds: 9, answer: 'not-found' }],
  [
    'STALE  ttl=-3  stale-if-error  upstream: timeout  v2 mobile  12 ms',
    { outcome: 'stale', ttlSeconds: -3, detail: 'stale-if-error', upstreamFailure: 'timeout' },
  ],
  [
    'STALE  ttl=-3  upstream: connection (ENOTFOUND)  v2 mobile  12 ms',
    { outcome: 'stale', ttlSeconds: -3, upstreamFailure: 'connection', upstreamError: 'ENOTFOUND' },
  ],
  [
    'MISS  stored  upstream 310 ms  v2 mobile  12 ms',
    { outcome: 'miss', detail: 'miss', isStored: true, upstreamDurationMs: 310 },
  ],
  [
    'MISS  asked because: request  not stored  erased  v2 mobile  12 ms',
    { outcome: 'miss', detail: 'request', isStored: false, answer: 'erased' },
  ],
  ['COLLAPSED  v2 mobile  12 ms', { outcome: 'collapsed' }],
  ['BYPASS  upstream 8 ms  v2 mobile  12 ms', { outcome: 'bypass', upstreamDurationMs: 8 }],
  [
    'FAILED  503 upstream_unavailable  upstream: breaker-open, store: TimeoutError  v2 mobile  12 ms',
    {
      outcome: 'failed',
      status: 503,
      code: 'upstream_unavailable',
      upstreamFailure: 'breaker-open',
      storeFailure: 'TimeoutError',
    },
  ],
  ['NOT CACHED  504 not_cached  v2 mobile  12 ms', { outcome: 'not-cached', status: 504, code: 'not_cached' }],
  [
    'REFUSED  400 invalid_identifier  v2 mobile  12 ms',
    { outcome: 'refused', status: 400, code: 'invalid_identifier' },
  ],
  [
    'REVALIDATED  stored  upstream 40 ms  v2 mobile  12 ms',
    { outcome: 'revalidated', isStored: true, upstreamDurationMs: 40 },
  ],
  ['ERROR  500 internal_error  v2 mobile  12 ms', { outcome: 'fault', status: 500, code: 'internal_error' }],
];

const toObservation = (observed: Partial<Observation> & Pick<Observation, 'outcome'>): Observation => ({
  requestId: 'request-1',
  at: 0,
  ...MOBILE,
  ...observed,
});

describe('the line of a request', () => {
  test.each(ROWS)('%s', (line, observed) => {
    expect(liveLine(toObservation(observed), { hasColour: false })).toBe(line);
  });

  test.each([
    [['hit', 'hit', 'miss'], 'BATCH  3 look-ups: 2 hit, 1 miss  POST /lookups  12 ms'],
    [['failed'], 'BATCH  1 look-up: 1 failed  POST /lookups  12 ms'],
    [[], 'BATCH  0 look-ups  POST /lookups  12 ms'],
  ] as const)('counts the outcomes of a batch: %j', (outcomes, line) => {
    const batch = { requestId: '', at: 0, durationMs: 12, method: 'POST', resource: '/lookups' } as const;
    expect(liveLine({ ...batch, outcome: 'batch', outcomes }, { hasColour: false })).toBe(line);
  });

  test('counts the entries of a purge and of an event', () => {
    const purge = { requestId: '', at: 0, durationMs: 3, method: 'DELETE', resource: '/cache/entries' } as const;
    const event = { requestId: '', at: 0, durationMs: 3, method: 'POST', resource: '/events/capillary' } as const;
    expect(liveLine({ ...purge, outcome: 'purge', entryCount: 1 }, { hasColour: false })).toBe(
      'PURGE  1 entry  DELETE /cache/entries  3 ms',
    );
    expect(liveLine({ ...event, outcome: 'event', event: 'pointsRedeemed', entryCount: 2 }, { hasColour: false })).toBe(
      'EVENT  pointsRedeemed  2 entries  POST /events/capillary  3 ms',
    );
  });

  test.each([
    ['UPSTREAM_CREDENTIALS', /^ERROR {2}the upstream refuses our credentials.*check UPSTREAM_CREDENTIALS {2}502 /],
    ['UPSTREAM_BASE_URL', /^ERROR {2}no usable answer has come from the upstream.*check UPSTREAM_BASE_URL {2}502 /],
  ] as const)('begins with ERROR, and says what to do, if %s is wrong', (misconfiguration, expected) => {
    const failed = toObservation({ outcome: 'failed', status: 502, code: 'upstream_invalid', misconfiguration });
    expect(liveLine(failed, { hasColour: false })).toMatch(expected);
  });

  test('has its first word in colour, if the terminal shows colours', () => {
    expect(liveLine(toObservation({ outcome: 'hit', ttlSeconds: 1 }), { hasColour: true })).toBe(
      '\u001B[32mHIT\u001B[0m  ttl=1  v2 mobile  12 ms',
    );
  });
});
