import { describe, expect, test } from '@jest/globals';
import type { LeaseOutcome } from '../../../../functions/lookup/entry.ts';
import {
  isAnswer,
  nextStep,
  type Seen,
  type Step,
  waitsForUpstream,
} from '../../../../functions/lookup/forward/next-step.ts';
import type { Servable } from '../../../../functions/lookup/freshness.ts';

/** A caller without wishes; the item was read and is empty. */
const ANYBODY: Seen = {
  onlyIfCached: false,
  noStore: false,
  joins: true,
  isRevalidation: false,
  isPrefetch: false,
  isStoreUsable: true,
  isRead: true,
  lease: 'none',
  ended: undefined,
  wasGivenUp: false,
  standIn: undefined,
  patienceMs: 2000,
  waitMsLeft: undefined,
  isAsked: false,
  isSoft: false,
  isTooLate: false,
  mayHolderBeDead: false,
  hasStoreTrouble: false,
  mayTake: true,
};

const STALE = { ageMs: 1, ttlMs: -1 } as Servable;
const FAILED: Extract<LeaseOutcome, { kind: 'failed' }> = {
  kind: 'failed',
  token: 't',
  failure: 'connection',
  retryAfterMs: undefined,
};
const ERASED: Extract<LeaseOutcome, { kind: 'erased' }> = {
  kind: 'erased',
  token: 't',
  status: 200,
  body: '{}',
  askedAt: 0,
};
const GIVEN_UP: LeaseOutcome = { kind: 'given-up', token: 't' };
const CEDED: LeaseOutcome = { kind: 'ceded', token: 't' };
const NOT_STORED: LeaseOutcome = { kind: 'not-stored', token: 't' };
const WAIT: Step = { kind: 'wait', atMostMs: 2000 };
const STAND_IN: Step = { kind: 'stand-in', stale: STALE, revalidates: false };
const STAND_IN_AND_REVALIDATE: Step = { kind: 'stand-in', stale: STALE, revalidates: true };

describe('the rows of the table', () => {
  test.each<[string, Partial<Seen>, Step | Step['kind']]>([
    ['not read, patience left', { isRead: false }, WAIT],
    ['not read, patience left, only-if-cached', { isRead: false, onlyIfCached: true }, WAIT],
    ['not read, patience left, no-store', { isRead: false, noStore: true }, WAIT],
    ['only-if-cached, no lease', { onlyIfCached: true }, 'not-cached'],
    ['only-if-cached, lease live', { onlyIfCached: true, lease: 'live' }, 'not-cached'],
    ['only-if-cached, the store failed', { onlyIfCached: true, isStoreUsable: false }, 'not-cached'],
    ['only-if-cached, not read in time', { onlyIfCached: true, isRead: false, patienceMs: 0 }, 'not-cached'],
    ['no-store, no lease', { noStore: true }, 'alone'],
    ['no-store, lease live', { noStore: true, lease: 'live' }, 'alone'],
    ['the store is off or failed', { isStoreUsable: false }, 'alone'],
    ['the store failed, patience left, not read', { isStoreUsable: false, isRead: false }, 'alone'],
    ['the store failed while a lease was live', { isStoreUsable: false, lease: 'live' }, 'alone'],
    ['not read in time', { isRead: false, patienceMs: 0 }, 'alone'],
    [
      'not read, soft timeout over',
      { isRead: false, isSoft: true, patienceMs: 0, standIn: STALE },
      STAND_IN_AND_REVALIDATE,
    ],
    ['not read, soft timeout over, no stand-in', { isRead: false, isSoft: true, patienceMs: 0 }, 'alone'],
    [
      'not read, patience over, stand-in not within the soft timeout',
      { isRead: false, patienceMs: 0, standIn: STALE },
      'alone',
    ],
    ['lease live, soft timeout over, no stand-in', { lease: 'live', isSoft: true, patienceMs: 0 }, 'alone'],
    ['no live lease, soft timeout over, no stand-in', { isSoft: true, patienceMs: 0 }, 'take'],
    ['ended given-up, stand-in', { ended: GIVEN_UP, standIn: STALE }, STAND_IN_AND_REVALIDATE],
    ['ended failed, stand-in', { ended: FAILED, standIn: STALE }, STAND_IN],
    ['ended failed', { ended: FAILED }, { kind: 'fail-as-holder', ended: FAILED }],
    ['ended erased', { ended: ERASED }, { kind: 'answer-as-holder', ended: ERASED }],
    ['ended erased, stand-in', { ended: ERASED, standIn: STALE }, { kind: 'answer-as-holder', ended: ERASED }],
    ['ended not-stored', { ended: NOT_STORED }, 'alone'],
    ['ended not-stored, stand-in', { ended: NOT_STORED, standIn: STALE }, 'alone'],
    ['ended not-stored, our late try took the lease', { ended: NOT_STORED, lease: 'ours' }, 'fetch'],
    ['ended not-stored, our lease, too late', { ended: NOT_STORED, lease: 'ours', isTooLate: true }, 'time-out'],
    ['ended not-stored, too late', { ended: NOT_STORED, isTooLate: true }, 'time-out'],
    ['ended not-stored, too late, stand-in', { ended: NOT_STORED, isTooLate: true, standIn: STALE }, STAND_IN],
    ['ended given-up, no stand-in', { ended: GIVEN_UP }, 'take'],
    ['ended ceded, stand-in', { ended: CEDED, standIn: STALE }, 'take'],
    ['ended ceded, no stand-in', { ended: CEDED }, 'take'],
    ['ended failed, does not join', { ended: FAILED, joins: false }, 'take'],
    ['ended erased, does not join', { ended: ERASED, joins: false }, 'take'],
    ['our lease', { lease: 'ours' }, 'fetch'],
    ['our lease, does not join', { lease: 'ours', joins: false }, 'fetch'],
    ['our lease, too late', { lease: 'ours', isTooLate: true }, 'fetch'],
    ['revalidation, lease live, patience left', { isRevalidation: true, lease: 'live' }, WAIT],
    [
      'revalidation, lease live after a given-up fetch',
      { isRevalidation: true, lease: 'live', wasGivenUp: true },
      { kind: 'wait', atMostMs: 20 },
    ],
    [
      'revalidation, lease live after a given-up fetch, little patience',
      { isRevalidation: true, lease: 'live', wasGivenUp: true, patienceMs: 5 },
      { kind: 'wait', atMostMs: 5 },
    ],
    ['a look-up, lease live after a given-up fetch', { lease: 'live', wasGivenUp: true }, WAIT],
    ['revalidation, lease live, patience over', { isRevalidation: true, lease: 'live', patienceMs: 0 }, 'not-cached'],
    ['revalidation, ended failed', { isRevalidation: true, ended: FAILED }, 'not-cached'],
    ['revalidation, ended not-stored', { isRevalidation: true, ended: NOT_STORED }, 'not-cached'],
    ['revalidation, ended given-up, stand-in', { isRevalidation: true, ended: GIVEN_UP, standIn: STALE }, 'take'],
    ['revalidation, ended ceded', { isRevalidation: true, ended: CEDED }, 'take'],
    [
      'revalidation that does not join, lease live',
      { isRevalidation: true, joins: false, lease: 'live' },
      'not-cached',
    ],
    ['waits shortly, no live lease', { waitMsLeft: 400 }, 'hand-over'],
    ['waits shortly, no live lease, its wait is over', { waitMsLeft: 0 }, 'hand-over'],
    [
      'waits shortly, no live lease, a fetch asked for',
      { waitMsLeft: 400, isAsked: true },
      { kind: 'wait', atMostMs: 400 },
    ],
    ['waits shortly, lease live', { waitMsLeft: 400, lease: 'live' }, { kind: 'wait', atMostMs: 400 }],
    ['its wait is over, lease live', { waitMsLeft: 0, lease: 'live' }, 'pending'],
    ['its wait is over, a fetch asked for', { waitMsLeft: -1, isAsked: true }, 'pending'],
    ['its wait is over, lease live, patience over', { waitMsLeft: 0, lease: 'live', patienceMs: 0 }, 'pending'],
    [
      'waits shortly, lease live, patience over',
      { waitMsLeft: 400, lease: 'live', patienceMs: 0 },
      { kind: 'wait', atMostMs: 400 },
    ],
    ['waits shortly, our lease', { waitMsLeft: 400, lease: 'ours' }, 'fetch'],
    ['waits shortly, only-if-cached', { waitMsLeft: 0, isAsked: true, onlyIfCached: true }, 'not-cached'],
    ['waits shortly, no-store', { waitMsLeft: 0, isAsked: true, noStore: true }, 'alone'],
    ['waits shortly, the store failed', { waitMsLeft: 0, isAsked: true, isStoreUsable: false }, 'alone'],
    ['waits shortly, not read in time', { waitMsLeft: 0, isRead: false, patienceMs: 0 }, 'alone'],
    ['waits shortly, does not join', { waitMsLeft: 0, joins: false }, 'take'],
    ['waits shortly, stand-in, no live lease', { waitMsLeft: 400, isSoft: true, standIn: STALE }, 'take'],
    [
      'its wait is over, stand-in',
      { waitMsLeft: 0, isSoft: true, patienceMs: 0, standIn: STALE, isAsked: true },
      STAND_IN_AND_REVALIDATE,
    ],
    ['a prefetch, stand-in, no live lease', { waitMsLeft: 0, isPrefetch: true, standIn: STALE }, 'hand-over'],
    ['a prefetch, stand-in, lease live', { waitMsLeft: 0, isPrefetch: true, standIn: STALE, lease: 'live' }, 'pending'],
    [
      'a prefetch that no function takes over, stand-in',
      { isPrefetch: true, isSoft: true, patienceMs: 0, standIn: STALE },
      STAND_IN_AND_REVALIDATE,
    ],
    ['its wait is over, the store failed, stand-in', { waitMsLeft: 0, isStoreUsable: false, standIn: STALE }, STAND_IN],
    ['waits shortly, the store failed, stand-in', { waitMsLeft: 9, isStoreUsable: false, standIn: STALE }, 'alone'],
    ['the store failed, stand-in', { isStoreUsable: false, standIn: STALE }, 'alone'],
    ['its wait is over, ended failed', { waitMsLeft: 0, ended: FAILED }, { kind: 'fail-as-holder', ended: FAILED }],
    ['does not join, lease live', { joins: false, lease: 'live' }, 'alone'],
    ['lease live, patience left', { lease: 'live' }, WAIT],
    ['lease live, patience left, too late', { lease: 'live', isTooLate: true }, WAIT],
    ['lease live, patience left, a holder may be dead', { lease: 'live', mayHolderBeDead: true }, WAIT],
    [
      'lease live, soft timeout over',
      { lease: 'live', isSoft: true, patienceMs: 0, standIn: STALE },
      STAND_IN_AND_REVALIDATE,
    ],
    ['lease live, patience over', { lease: 'live', patienceMs: 0 }, 'alone'],
    ['lease live, patience over, too late', { lease: 'live', patienceMs: 0, isTooLate: true }, 'time-out'],
    [
      'lease live, patience over, too late, stand-in',
      { lease: 'live', patienceMs: 0, isTooLate: true, standIn: STALE },
      STAND_IN,
    ],
    [
      'lease live, patience over, trouble with the store, too late',
      { lease: 'live', patienceMs: 0, isTooLate: true, mayHolderBeDead: true, hasStoreTrouble: true },
      'time-out',
    ],
    [
      'lease live, patience over, stand-in not within the soft timeout',
      { lease: 'live', patienceMs: -1, standIn: STALE },
      'alone',
    ],
    [
      'lease live, patience over, a holder may be dead',
      { lease: 'live', patienceMs: 0, mayHolderBeDead: true },
      'time-out',
    ],
    [
      'L21: lease live, patience over, a holder may be dead, stand-in',
      { lease: 'live', patienceMs: 0, mayHolderBeDead: true, standIn: STALE },
      STAND_IN,
    ],
    [
      'lease live, patience over, a holder may be dead, trouble with the store',
      { lease: 'live', patienceMs: 0, mayHolderBeDead: true, hasStoreTrouble: true },
      'alone',
    ],
    ['no live lease, soft timeout over', { isSoft: true, patienceMs: 0, standIn: STALE }, STAND_IN_AND_REVALIDATE],
    ['no live lease, soft timeout not over', { isSoft: true, patienceMs: 1, standIn: STALE }, 'take'],
    ['no live lease, too late', { isTooLate: true }, 'time-out'],
    ['L21: no live lease, too late, stand-in', { isTooLate: true, standIn: STALE }, STAND_IN],
    ['no live lease', {}, 'take'],
    ['no live lease, does not join', { joins: false }, 'take'],
    ['no live lease, patience over', { patienceMs: 0 }, 'take'],
    ['no live lease, revalidation', { isRevalidation: true }, 'take'],
    ['no live lease, late too often', { mayTake: false }, 'alone'],
    ['our lease, late too often', { mayTake: false, lease: 'ours' }, 'fetch'],
    ['lease live, late too often', { mayTake: false, lease: 'live' }, WAIT],
    ['no live lease, late too often, too late', { mayTake: false, isTooLate: true }, 'time-out'],
    ['not read, late too often', { mayTake: false, isRead: false }, WAIT],
  ])('%s', (_title, seen, step) => {
    const expected = typeof step === 'string' ? { kind: step } : step;
    expect(nextStep({ ...ANYBODY, ...seen })).toEqual(expected);
  });
});

describe('after a step', () => {
  test.each<[Step['kind'], answers: boolean, waits: boolean]>([
    ['wait', false, true],
    ['take', false, true],
    ['fetch', false, true],
    ['alone', false, true],
    ['hand-over', false, false],
    ['stand-in', true, false],
    ['not-cached', true, false],
    ['pending', true, false],
    ['fail-as-holder', true, false],
    ['answer-as-holder', true, false],
    ['time-out', true, false],
  ])('%s the look-up answers: %s, or waits for a fetch: %s', (kind, answers, waits) => {
    const step = { kind } as Step;
    expect([isAnswer(step), waitsForUpstream(step)]).toEqual([answers, waits]);
  });
});
