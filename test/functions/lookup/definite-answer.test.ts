import { expect, test } from '@jest/globals';
import type { Asked } from '../../../functions/lookup/asked.ts';
import { type DefiniteEnd, definiteAnswer } from '../../../functions/lookup/definite-answer.ts';

const NOW = 10_000;
const ERASED = { kind: 'erased', token: 'token', status: 400, body: '{}' } as const;
const COLLAPSED = { status: 'collapsed', reason: 'stale' };
const failed = { kind: 'failed', token: 'token', failure: 'throttled', retryAfterMs: 5000 } as const;

test.each<[string, DefiniteEnd, answer: object, cache: object]>([
  [
    'not in the cache',
    { kind: 'not-cached' },
    { kind: 'not-cached' },
    { status: 'forward', reason: 'stale', isStored: false },
  ],
  ['too late', { kind: 'time-out' }, { kind: 'failed', failure: 'timeout' }, COLLAPSED],
  [
    'the holder failed',
    { kind: 'fail-as-holder', ended: failed },
    { kind: 'failed', failure: 'throttled', retryAfterMs: 5000 },
    COLLAPSED,
  ],
  [
    'the holder learnt that the customer was erased',
    { kind: 'answer-as-holder', ended: { ...ERASED, askedAt: NOW - 300 } },
    { kind: 'erased', status: 400, body: '{}', ageMs: 300 },
    COLLAPSED,
  ],
  [
    'the holder’s clock is ahead: there is no negative age',
    { kind: 'answer-as-holder', ended: { ...ERASED, askedAt: NOW + 300 } },
    { kind: 'erased', ageMs: 0 },
    COLLAPSED,
  ],
])('%s', (_title, end, answer, cache) => {
  const asked = { store: { isBypassed: false, failure: undefined } } as unknown as Asked;
  expect(definiteAnswer(asked, end, 'stale', NOW)).toMatchObject({ answer, cache });
});
