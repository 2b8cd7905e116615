import { expect, test } from '@jest/globals';
import { compare } from '../../../../functions/lookup/audit/audit.ts';
import type { AuditOutcome } from '../../../../functions/lookup/audit/audit-words.ts';
import type { LookupResult } from '../../../../functions/lookup/lookup-result.ts';

// The rows of `compare`'s table, one by one.

type Served = Parameters<typeof compare>[1];
type Result = Pick<LookupResult, 'answer' | 'cache' | 'maskedFailure'>;

const OLD: Served = { kind: 'found', body: '{"id":1,"profiles":[]}' };
const NOBODY: Served = { kind: 'not-found', body: '' };
const FETCHED: Result['cache'] = { status: 'forward', reason: 'request', isStored: true };
const NOT_KEPT: Result['cache'] = { status: 'forward', reason: 'request', isStored: false };
const COLLAPSED: Result['cache'] = { status: 'collapsed', reason: 'request' };

function reply(kind: 'found' | 'not-found' | 'erased' | 'refused', body = ''): Result['answer'] {
  return { kind, status: 200, body, ageMs: 0, ttlMs: 0, customer: undefined, customerAliases: [] };
}
const SAME = reply('found', '{"id":1,"profiles":[]}');
const OTHER = reply('found', '{"id":2,"profiles":[]}');
const FAILED: Result['answer'] = { kind: 'failed', failure: 'connection' };

const skipped = (why: string) => ({ kind: 'skipped', why }) as AuditOutcome;
const drift = (...sections: string[]): AuditOutcome => ({ kind: 'drift', sections });

test.each<[string, Served, Result, AuditOutcome]>([
  [
    'the upstream failed, and a stand-in was served',
    OLD,
    { answer: SAME, cache: FETCHED, maskedFailure: 'timeout' },
    skipped('failed'),
  ],
  ['the upstream failed', OLD, { answer: FAILED, cache: FETCHED, maskedFailure: undefined }, skipped('failed')],
  ["another look-up's fetch", OLD, { answer: OTHER, cache: COLLAPSED, maskedFailure: undefined }, skipped('replaced')],
  [
    'a hit',
    OLD,
    { answer: OTHER, cache: { status: 'hit', detail: undefined }, maskedFailure: undefined },
    skipped('replaced'),
  ],
  ['nothing was served', undefined, { answer: SAME, cache: FETCHED, maskedFailure: undefined }, skipped('replaced')],
  [
    'no answer except from the cache',
    OLD,
    { answer: { kind: 'not-cached' }, cache: FETCHED, maskedFailure: undefined },
    skipped('replaced'),
  ],
  [
    'no answer yet',
    OLD,
    { answer: { kind: 'pending', isPrefetch: false }, cache: FETCHED, maskedFailure: undefined },
    skipped('replaced'),
  ],
  ['found, and not stored', OLD, { answer: OTHER, cache: NOT_KEPT, maskedFailure: undefined }, skipped('not-kept')],
  ['found, after "not found"', NOBODY, { answer: SAME, cache: FETCHED, maskedFailure: undefined }, drift('appeared')],
  ['found, the same', OLD, { answer: SAME, cache: FETCHED, maskedFailure: undefined }, { kind: 'same' }],
  ['found, another', OLD, { answer: OTHER, cache: FETCHED, maskedFailure: undefined }, drift('id')],
  [
    'not found, after "not found"',
    NOBODY,
    { answer: reply('not-found'), cache: FETCHED, maskedFailure: undefined },
    { kind: 'same' },
  ],
  ['not found', OLD, { answer: reply('not-found'), cache: FETCHED, maskedFailure: undefined }, drift('gone')],
  ['erased', OLD, { answer: reply('erased'), cache: FETCHED, maskedFailure: undefined }, drift('gone')],
  ['refused', NOBODY, { answer: reply('refused'), cache: FETCHED, maskedFailure: undefined }, drift('gone')],
])('%s', (_title, served, result, outcome) => {
  expect(compare({ api: 'v2' }, served, result)).toEqual(outcome);
});
