import { expect, test } from '@jest/globals';
import type { NotStoredReason } from '../../../functions/lookup/entry.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import type { UpstreamOutcome } from '../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { found, said } from '../../support/scripted-upstream.ts';

// Tests that an answer which is not stored leaves the reason on the item, where an operator reads it (`lookaside
// peek`).

const WINDOWS = DEFAULT_POLICY.windows;
const partial: UpstreamOutcome = { ...found('{"id":1}'), isComplete: false };

test.each<[NotStoredReason, UpstreamOutcome, { identifierName?: string; identifierValue?: string }]>([
  ['refused', said('refused', 400), {}],
  ['partial', partial, {}],
  ['another-customer', found('{"id":8}'), { identifierName: 'id', identifierValue: '7' }],
  ['no-customer-id', found('{"profiles":[]}', { customerId: undefined }), {}],
  ['not-found', said('not-found', 404), {}],
])('%s: an answer that is not stored says why', async (why, outcome, query) => {
  const { store, upstream, ask } = startFleet({ policy: { windows: { ...WINDOWS, notFoundFreshForMs: 0 } } });
  upstream.outcome = outcome;
  expect(await ask(query)).toMatchObject({ cache: { isStored: false } });
  expect([...store.items.values()]).toMatchObject([{ entry: undefined, outcome: { kind: 'not-stored', why } }]);
});

test('too-large: an answer says so that is too large for the store', async () => {
  const { store, ask } = startFleet();
  store.writeEntry = async () => 'too-large';
  await ask();
  expect([...store.items.values()]).toMatchObject([{ outcome: { kind: 'not-stored', why: 'too-large' } }]);
});

test('voided: an answer says so if its customer was purged during the fetch', async () => {
  const { store, ask } = startFleet();
  store.addToIndex = async () => false;
  await ask();
  expect([...store.items.values()]).toMatchObject([{ outcome: { kind: 'not-stored', why: 'voided' } }]);
});

test('fault: an answer says so after a fault of the service', async () => {
  const { store, upstream, ask } = startFleet();
  upstream.fetch = async () => {
    throw new TypeError('a bug');
  };
  await expect(ask()).rejects.toThrow('a bug');
  expect([...store.items.values()]).toMatchObject([{ outcome: { kind: 'not-stored', why: 'fault' } }]);
});

test('a store that fails is no such reason: one of the waiting look-ups takes over', async () => {
  const { store, ask } = startFleet();
  store.writeEntry = async () => {
    throw new StoreUnavailableError('TimeoutError', { trouble: 'late' });
  };
  await ask();
  expect([...store.items.values()]).toMatchObject([{ outcome: { kind: 'ceded' } }]);
});
