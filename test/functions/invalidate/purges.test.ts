import { describe, expect, test } from '@jest/globals';
import { PURGE_TIMEOUT_MS, PURGE_WITHIN_MS } from '../../../functions/invalidate/purge-times.ts';
import { delayed } from '../../support/delayed-cache-store.ts';
import { startInvalidateFunction } from '../../support/invalidate-function.ts';
import { found, said } from '../../support/scripted-upstream.ts';

const MOBILE = { identifierName: 'mobile', identifierValue: '9876543210' };
const BY_ID = { identifierName: 'id', identifierValue: '99' };

async function start(options: Parameters<typeof startInvalidateFunction>[0] = {}) {
  const started = startInvalidateFunction(options);
  started.upstream.outcome = found('{"id":77}');
  for (const query of [MOBILE, { ...MOBILE, embed: 'points' }]) await started.ask(query);
  return started;
}

describe('B17: DELETE /cache/customers/{customerId}', () => {
  test.each(['77', '0077', '000077', '77.0', '7.7E1', '00000000000000000000000077'])(
    'reads %j as customer 77',
    async (id) => {
      const { purgeCustomer, isKept } = await start();
      expect(await purgeCustomer(id)).toMatchObject({ status: 200, body: '{"purged":2}' });
      expect(await isKept(MOBILE)).toBe(false);
    },
  );

  test.each([
    '',
    'abc',
    '7x',
    '1.5',
    '-77',
    '+77',
    ' 77',
    '77 ',
    '0x4D',
    '７７',
    '77,78',
    '1e256',
    '1e400',
    '9'.repeat(257),
  ])('refuses %j, which is not a customer: it never acknowledges a purge that it did not do', async (id) => {
    const { purgeCustomer, isKept, store } = await start();
    store.calls.length = 0;
    const { status, body } = await purgeCustomer(id);
    expect([status, JSON.parse(body).code]).toEqual([400, 'invalid_parameter']);
    if (id !== '') expect(body).not.toContain(id);
    expect(store.calls).toEqual([]);
    expect(await isKept(MOBILE)).toBe(true);
  });
});

describe('DELETE /cache/customers/{customerId} purges what is kept under the id itself', () => {
  const BY_ID_IN_ALL = { ...BY_ID, source: 'ALL', accountId: 'A' };

  test('a "not found", which is in no index', async () => {
    const { purgeCustomer, ask, isKept, upstream } = await start();
    upstream.outcome = said('not-found', 8015);
    for (const query of [BY_ID, BY_ID_IN_ALL]) await ask(query);
    expect(await purgeCustomer('99.0')).toMatchObject({ status: 200, body: '{"purged":2}' });
    for (const query of [BY_ID, BY_ID_IN_ALL]) expect(await isKept(query)).toBe(false);
  });

  test('a merged customer, who is in the index of the survivor', async () => {
    const { purgeCustomer, ask, isKept, upstream } = await start();
    upstream.outcome = found('{"id":77}', { isMerged: true });
    await ask(BY_ID);
    expect(await purgeCustomer('99')).toMatchObject({ status: 200, body: '{"purged":1}' });
    expect(await isKept(BY_ID)).toBe(false);
    expect(await isKept(MOBILE)).toBe(true);
  });

  test('a "not found" that is on its way', async () => {
    const { purgeCustomer, ask, isKept, upstream, clock } = await start();
    upstream.outcome = said('not-found', 8015);
    upstream.takesMs = 1000;
    const asking = ask(BY_ID);
    await clock.run(10);
    expect(await purgeCustomer('99')).toMatchObject({ status: 200, body: '{"purged":0}' });
    await clock.run(1000);
    expect(await asking).toMatchObject({ answer: { kind: 'not-found' }, cache: { isStored: false } });
    expect(await isKept(BY_ID)).toBe(false);
  });

  test('and a look-up after it does not wait for a fetch that began before it', async () => {
    const { purgeCustomer, ask, upstream, clock } = await start();
    upstream.outcome = said('not-found', 8015);
    upstream.takesMs = 1000;
    const before = ask(BY_ID);
    await clock.run(10);
    expect(await purgeCustomer('99')).toMatchObject({ status: 200 });
    upstream.outcome = found('{"id":99}');
    upstream.takesMs = 100;
    const answers: string[] = [];
    const after = ask(BY_ID).then(({ answer }) => answers.push(answer.kind));
    await clock.run(200);
    expect(answers).toEqual(['found']);
    await clock.run(1000);
    await Promise.all([before, after]);
  });
});

test('a purge of a customer is refused if the gateway names no customer', async () => {
  const { send } = await start();
  expect(await send({ method: 'DELETE', resource: '/cache/customers/{customerId}' })).toMatchObject({ status: 400 });
});

describe('K1: DELETE /cache/entries reads a value as Capillary lists it, too', () => {
  test.each<[string, asked: string, given: string]>([
    ['digits of another country that may be a number of our own', '+8613812345678', '8613812345678'],
    ['the same, after an unescaped +', '+8613812345678', ' 8613812345678'],
    ['a number of our own, with its country code', '9876543210', '919876543210'],
  ])('%s', async (_title, asked, given) => {
    const { ask, purgeEntries, isKept } = await start();
    const lookup = { identifierName: 'mobile', identifierValue: asked };
    await ask(lookup);
    expect(await isKept(lookup)).toBe(true);
    expect(await purgeEntries({ ...lookup, identifierValue: given })).toMatchObject({ status: 204 });
    expect(await isKept(lookup)).toBe(false);
  });
});

describe('N35: a purge has more time than a look-up', () => {
  const slow = {
    own: ({ store, clock }: Pick<Awaited<ReturnType<typeof start>>, 'store' | 'clock'>) =>
      delayed(store, clock, { takesMs: 300 }, PURGE_TIMEOUT_MS),
  };

  test('a purge of a customer succeeds if the store takes 300 ms an operation', async () => {
    const { purgeCustomer, clock, isKept } = await start(slow);
    const replied = purgeCustomer('77');
    await clock.run(5000);
    expect(await replied).toMatchObject({ status: 200, body: '{"purged":2}' });
    expect(await isKept(MOBILE)).toBe(false);
  });

  test('a purge of a look-up succeeds if the store takes 300 ms an operation', async () => {
    const { purgeEntries, clock, isKept } = await start(slow);
    const replied = purgeEntries(MOBILE);
    await clock.run(5000);
    expect(await replied).toMatchObject({ status: 204 });
    expect(await isKept(MOBILE)).toBe(false);
  });

  const THROTTLED = { reason: 'ThrottlingException', trouble: 'throttled' } as const;
  type Started = Awaited<ReturnType<typeof start>>;

  type Purged = Readonly<Record<string, string>>;

  test.each<
    [string, 'fenceCustomer' | 'listPartition', number, Purged, (started: Started) => ReturnType<Started['send']>]
  >([
    ['of a customer', 'fenceCustomer', 200, MOBILE, ({ purgeCustomer }) => purgeCustomer('77')],
    ['of what is kept under an id', 'listPartition', 200, BY_ID, ({ purgeCustomer }) => purgeCustomer('99')],
    ['of a look-up', 'listPartition', 204, MOBILE, ({ purgeEntries }) => purgeEntries(MOBILE)],
  ])(
    'a purge %s goes on while the store throttles, until its time is over',
    async (_title, operation, status, lookup, purge) => {
      const started = await start();
      const { ask, clock, store, isKept, upstream } = started;
      upstream.outcome = said('not-found', 8015);
      await ask(lookup);
      store.failure = THROTTLED;
      store.failing.add(operation);
      const startedAt = clock.monotonicNow();
      let endedAfterMs = 0;
      const givenUp = purge(started).finally(() => {
        endedAfterMs = clock.monotonicNow() - startedAt;
      });
      await clock.run(PURGE_WITHIN_MS + PURGE_TIMEOUT_MS);
      expect(await givenUp).toMatchObject({ status: 503 });
      expect(endedAfterMs).toBe(PURGE_WITHIN_MS);

      const purged = purge(started);
      await clock.run(1000);
      store.failing.clear();
      await clock.run(1000);
      expect(await purged).toMatchObject({ status });
      expect(await isKept(lookup)).toBe(false);
    },
  );

  test('all of this ends within the limit of the gateway: 29 s', () => {
    expect(PURGE_WITHIN_MS + PURGE_TIMEOUT_MS).toBeLessThan(29_000);
  });
});
