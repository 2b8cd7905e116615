import { describe, expect, test } from '@jest/globals';
import { customerHash } from '../../../functions/customer/request/cache-key.ts';
import type { RequestReading } from '../../../functions/customer/request/reading.ts';
import type { UpstreamOutcome } from '../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, said } from '../../support/scripted-upstream.ts';

// Tests the customer of an answer: an erased one, a merged one, another one.

/** Dual eligibility is on: only the e-mail stands for a customer. */
const DUAL = { ...DEFAULT_READING, primaryIdentifier: 'email' as const };

const REPLY = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const EXPIRED_MS = DEFAULT_POLICY.windows.freshForMs + DEFAULT_POLICY.windows.staleWhileRevalidateMs;

/** A customer with entries under three identifiers and in two variants, all stale; and another customer. */
async function startKnown() {
  const fleet = startFleet();
  const { clock, upstream, ask } = fleet;
  const identifiers = [{}, { identifierName: 'wechat' }, { identifierName: 'wechat', identifierValue: 'W2' }];
  upstream.outcome = found(REPLY);
  for (const identifier of identifiers) await ask(identifier);
  await ask({ embed: 'points' });
  upstream.outcome = found('{"id":2}');
  await ask({ identifierValue: 'OTHER' });
  clock.advance(EXPIRED_MS);
  const kept = () => fleet.store.entries.map(({ customer }) => customer);
  return { ...fleet, kept };
}

const [FIRST, SECOND] = [customerHash('1', 'secret'), customerHash('2', 'secret')];

describe('an erased customer', () => {
  test('loses every entry at once, by the upstream’s own message to one look-up', async () => {
    const { upstream, ask, kept } = await startKnown();
    expect(kept()).toEqual([FIRST, FIRST, FIRST, FIRST, SECOND]);
    upstream.outcome = said('erased', 1);
    expect(await ask()).toMatchObject({ answer: { kind: 'erased' }, cache: { status: 'forward', isStored: false } });
    expect(kept()).toEqual([SECOND]);
    upstream.outcome = { kind: 'failed', failure: 'connection' };
    for (const identifier of [{}, { identifierName: 'wechat' }, { embed: 'points' }]) {
      expect(await ask(identifier)).toMatchObject({ answer: { kind: 'failed' } });
    }
  });

  test.each([
    ['no-cache', { noCache: true }],
    ['no-store', { noStore: true }],
  ])('loses them by the message to a %s look-up too', async (_title, directives) => {
    const { upstream, ask, kept } = await startKnown();
    upstream.outcome = said('erased', 1);
    await ask({}, directives);
    expect(kept()).toEqual([SECOND]);
  });

  test('loses every variant of the look-up if the old entry does not say its customer', async () => {
    const { store, upstream, ask, kept } = await startKnown();
    for (const [name, item] of store.items) {
      if (!name.includes('embed') && item.entry?.customer === FIRST)
        store.items.set(name, { ...item, entry: undefined });
    }
    upstream.outcome = said('erased', 1);
    await ask();
    expect(kept()).toEqual([SECOND]);
  });

  // The requested entry says nothing here: no look-up of it was stored.
  test.each<[string, query: Record<string, string>, said: UpstreamOutcome]>([
    ['another variant of it is stored', { embed: 'mlp' }, said('erased', 1)],
    ['it is stored under INSTORE', { source: 'ALL', accountId: 'A' }, said('erased', 1)],
    ['another account of it is stored', { accountId: 'A' }, said('erased', 1)],
    ['the identifier is the id', { identifierName: 'id', identifierValue: '1' }, said('erased', 1)],
    [
      'the identifier is the id in another spelling',
      { identifierName: 'id', identifierValue: '01.0' },
      said('erased', 1),
    ],
    [
      'the reply has the id',
      { identifierName: 'email', identifierValue: 'old@example.com' },
      { ...said('erased', 1), customerId: '1' } as UpstreamOutcome,
    ],
    ['its gap is too long for a stored answer', { embed: 'mlp', gapToRenew: '400' }, said('erased', 1)],
  ])('loses every entry by the message to a look-up that was never stored: %s', async (_title, query, outcome) => {
    const { upstream, ask, kept } = await startKnown();
    upstream.outcome = outcome;
    expect(await ask(query)).toMatchObject({ answer: { kind: 'erased' } });
    expect(kept()).toEqual([SECOND]);
  });

  // An id is no primary identifier, so its look-ups are never stored. It still names one customer.
  test.each([
    ['the id', { identifierName: 'id', identifierValue: '01.0' }],
    ['the id among others', { identifierName: 'wechat,id', identifierValue: 'W9,1' }],
  ])('loses every entry by the message to a look-up with dual eligibility on: %s', async (_title, query) => {
    const { upstream, ask, kept } = await startKnown();
    upstream.outcome = said('erased', 1);
    expect(await ask(query, {}, DUAL)).toMatchObject({ answer: { kind: 'erased' }, cache: { isStored: false } });
    expect(kept()).toEqual([SECOND]);
  });

  test('loses a fill in progress under another identifier', async () => {
    const { clock, upstream, ask, kept } = await startKnown();
    upstream.outcome = found(REPLY);
    upstream.takesMs = 1000;
    const filling = ask({ identifierName: 'wechat', identifierValue: 'W3' });
    await clock.run(500);
    upstream.outcome = said('erased', 1);
    upstream.takesMs = 0;
    await ask();
    await clock.run(500);
    expect(await filling).toMatchObject({ answer: { kind: 'found' }, cache: { isStored: false } });
    expect(kept()).toEqual([SECOND]);
  });

  test('does not change under a look-up that names no customer', async () => {
    const fleet = startFleet();
    fleet.upstream.outcome = said('erased', 1);
    expect(await fleet.ask({}, {}, DUAL)).toMatchObject({ answer: { kind: 'erased' }, storeFailure: undefined });
    expect(fleet.store.calls).toEqual(['readPause']);
  });

  test('is reported as erased even if the store cannot be told', async () => {
    const { store, upstream, ask } = await startKnown();
    upstream.outcome = said('erased', 1);
    store.failing.add('listPartition');
    expect(await ask()).toMatchObject({ answer: { kind: 'erased' }, storeFailure: 'TimeoutError' });
  });
});

describe('B4: an erased customer that many ask for at once', () => {
  test.each([200, 0])(
    'is asked for once, and all are told within the upstream’s time and a poll: upstream %d ms',
    async (takesMs) => {
      const { clock, upstream, ask, kept } = await startKnown();
      upstream.outcome = said('erased', 1, 404);
      upstream.takesMs = takesMs;
      const before = upstream.requests.length;
      const all = Array.from({ length: 40 }, () => ask({}, { minFreshMs: 0 }));
      await clock.run(takesMs + 400);
      for (const { answer } of await Promise.all(all)) {
        expect(answer).toMatchObject({ kind: 'erased', status: 404, body: expect.stringContaining('its words') });
      }
      expect(upstream.requests).toHaveLength(before + 1);
      expect(kept()).toEqual([SECOND]);
    },
  );

  test('is told with the age of the answer', async () => {
    const { clock, upstream, ask } = await startKnown();
    upstream.outcome = said('erased', 1);
    upstream.takesMs = 300;
    const [holder, waiter] = [ask({}, { minFreshMs: 0 }), ask({}, { minFreshMs: 0 })];
    await clock.run(1000);
    expect(await holder).toMatchObject({ cache: { status: 'forward' }, answer: { ageMs: 300 } });
    const collapsed = await waiter;
    expect(collapsed).toMatchObject({ cache: { status: 'collapsed' }, answer: { kind: 'erased', ttlMs: 0 } });
    expect('ageMs' in collapsed.answer && collapsed.answer.ageMs).toBeGreaterThanOrEqual(300);
  });

  test('that cannot be voided in time does not delay the look-up beyond its limit', async () => {
    const { clock, store, upstream, ask } = await startKnown();
    upstream.outcome = said('erased', 1);
    store.failing.add('fenceCustomer');
    store.failure = { reason: 'ThrottlingException', trouble: 'throttled' };
    const startedAt = clock.now();
    let tookMs = 0;
    const asked = ask().then((result) => {
      tookMs = clock.now() - startedAt;
      return result;
    });
    const waiting = clock.run(60_000);
    expect(await asked).toMatchObject({ answer: { kind: 'erased' } });
    await waiting;
    expect(tookMs).toBeLessThanOrEqual(DEFAULT_POLICY.leaseMs + 500);
  });

  test('is voided under every key secret', async () => {
    const keySecrets = ['new', 'old'] as [string, string];
    const fleet = startFleet({ policy: { keySecrets } });
    const older = fleet.instance(0, { keySecrets: ['old', 'new'] });
    fleet.upstream.outcome = found(REPLY);
    await fleet.ask();
    await older.ask({ identifierName: 'wechat' });
    expect(fleet.store.entries).toHaveLength(2);
    fleet.clock.advance(EXPIRED_MS);
    fleet.upstream.outcome = said('erased', 1);
    await fleet.ask();
    expect(fleet.store.entries).toEqual([]);
  });
});

describe('a customer that was merged into another', () => {
  const MERGED = found('{"id":2,"profiles":[{"firstName":"Survivor"}]}', { isMerged: true });

  test('is served as the survivor; the entries of the former customer are void', async () => {
    const { upstream, ask, kept } = await startKnown();
    upstream.outcome = MERGED;
    expect(await ask()).toMatchObject({ answer: { kind: 'found', body: expect.stringContaining('Survivor') } });
    expect(kept()).not.toContain(FIRST);
    expect(kept()).toContain(SECOND);
  });

  test('R18: is stored as the survivor at once, under the requested identifier: the next look-up is a hit', async () => {
    const { upstream, ask } = await startKnown();
    const listed = '{"id":2,"profiles":[{"identifiers":[{"type":"externalId","value":"SURVIVOR"}]}]}';
    upstream.outcome = found(listed, { isMerged: true });
    expect(await ask()).toMatchObject({ cache: { status: 'forward', isStored: true }, isIdentityMismatch: false });
    expect(await ask()).toMatchObject({ answer: { customer: SECOND }, cache: { status: 'hit', detail: undefined } });
  });

  test.each<[string, query: Record<string, string>]>([
    ['another variant of it is stored', { embed: 'mlp' }],
    ['it is stored under INSTORE', { source: 'ALL', accountId: 'A' }],
    ['the identifier is the former id', { identifierName: 'id', identifierValue: '1' }],
  ])('loses the former customer’s entries by a look-up that was never stored: %s', async (_title, query) => {
    const { upstream, ask, kept } = await startKnown();
    upstream.outcome = MERGED;
    expect(await ask(query)).toMatchObject({ answer: { customer: SECOND }, cache: { isStored: true } });
    expect(kept()).toEqual([SECOND, SECOND]);
  });

  test.each<[string, query: Record<string, string>, RequestReading]>([
    ['the former id, with dual eligibility on', { identifierName: 'id', identifierValue: '1' }, DUAL],
    ['a gap that is too long for a stored answer', { embed: 'mlp', gapToRenew: '400' }, DEFAULT_READING],
  ])('loses the former customer’s entries by a look-up that is not stored: %s', async (_title, query, reading) => {
    const { upstream, ask, kept } = await startKnown();
    upstream.outcome = MERGED;
    expect(await ask(query, {}, reading)).toMatchObject({ answer: { customer: SECOND }, cache: { isStored: false } });
    expect(kept()).toEqual([SECOND]);
  });

  test('loses its own old entry even if the survivor cannot be stored', async () => {
    const { store, upstream, ask, kept } = await startKnown();
    upstream.outcome = MERGED;
    store.failing.add('addToIndex');
    expect(await ask()).toMatchObject({ answer: { kind: 'found' }, cache: { isStored: false } });
    expect([...store.items].find(([name]) => name.includes('"v2;fields'))?.[1].entry).toBeUndefined();
    expect(kept()).toContain(SECOND);
  });

  test('stays stored as the survivor; the survivor’s entries stay', async () => {
    const { clock, upstream, ask, kept } = await startKnown();
    upstream.outcome = MERGED;
    await ask();
    clock.advance(1000);
    expect(await ask()).toMatchObject({ cache: { status: 'hit' } });
    upstream.outcome = found('{"id":2}', { isMerged: true });
    expect(await ask({}, { noCache: true })).toMatchObject({ cache: { isStored: true } });
    expect(kept()).toEqual([SECOND, SECOND]);
  });
});

describe('a reply that lists identifiers of the requested type', () => {
  const profiles = (...identifiers: [string, string][]) =>
    `{"id":7,"profiles":[{"identifiers":[${identifiers.map(([type, value]) => `{"type":"${type}","value":"${value}"}`)}]}]}`;
  const mobile = (identifierValue: string) => ({ identifierName: 'mobile', identifierValue });
  const email = { identifierName: 'email', identifierValue: 'Neha@Example.com' };
  const card = { identifierName: 'cardnumber', identifierValue: 'AB 12-3' };

  test.each<[string, Record<string, string>, string]>([
    ['the mobile with its country code', mobile('9876543210'), profiles(['mobile', '919876543210'])],
    ['the mobile with + and spaces', mobile('9876543210'), profiles(['mobile', '+91 98765 43210'])],
    ['the mobile without its country code', mobile('+919876543210'), profiles(['mobile', '9876543210'])],
    ['a foreign number, as the upstream lists it', mobile('+4915112345678'), profiles(['mobile', '4915112345678'])],
    ['one of several', mobile('9876543210'), profiles(['mobile', '911111111111'], ['mobile', '919876543210'])],
    ['the e-mail in other letter case', email, profiles(['EMAIL', 'neha@EXAMPLE.com'])],
    ['identifiers of other types only', email, profiles(['mobile', '919876543210'])],
    ['no identifiers', email, '{"id":7,"profiles":[{}]}'],
    ['nothing but an empty value', email, profiles(['email', ''])],
    ['profiles that are not profiles', email, '{"id":7,"profiles":{"identifiers":5}}'],
    ['the card, in a spelling of ours', card, '{"id":7,"cardDetails":[{"cardNumber":"AB12-3"}]}'],
    ['the card among others', card, '{"id":7,"cardDetails":[{"cardNumber":"X"},{"cardNumber":"AB12-3"}]}'],
    [
      'a card’s external id',
      { identifierName: 'cardExternalId', identifierValue: 'E1' },
      '{"id":7,"cardDetails":[{"cardExternalId":"E1","cardNumber":"X"}]}',
    ],
    [
      'a value that is not a list of objects',
      email,
      '{"id":7,"profiles":[5,null,{"identifiers":[5,null,{"value":"x"}]}]}',
    ],
    ['no cards', card, '{"id":7,"cardDetails":[]}'],
    ['the id', { identifierName: 'id', identifierValue: '7' }, '{"id":7}'],
    ['an id of 64 bits', { identifierName: 'id', identifierValue: '9007199254740993' }, '{"id":9007199254740993}'],
    ['an id with a decimal point', { identifierName: 'id', identifierValue: '007' }, '{"id":7.0}'],
    ['an externalId', { identifierName: 'externalId', identifierValue: 'Mp1' }, profiles(['externalid', 'Mp1'])],
    [
      'R16: another letter case of an externalId',
      { identifierName: 'externalId', identifierValue: 'Mp1' },
      profiles(['externalId', 'mP1']),
    ],
    ['R16: another letter case of a card', card, '{"id":7,"cardDetails":[{"cardNumber":"ab12-3"}]}'],
    ['K1: a mobile that JSON wrote as a decimal number', mobile('9876543210'), profiles(['mobile', '919876543210.0'])],
  ])('is stored if it is about the requested identifier: %s', async (_title, query, reply) => {
    const { upstream, ask } = startFleet();
    upstream.outcome = found(reply);
    expect(await ask(query)).toMatchObject({ cache: { isStored: true }, isIdentityMismatch: false });
  });

  test.each<[string, Record<string, string>, string]>([
    ['another mobile', mobile('9876543210'), profiles(['mobile', '919876543211'])],
    ['a mobile of the same digits abroad', mobile('+4915112345678'), profiles(['mobile', '15112345678'])],
    ['a value that is not a mobile', mobile('9876543210'), profiles(['mobile', 'n/a'])],
    ['another e-mail', email, profiles(['email', 'other@example.com'], ['mobile', '919876543210'])],
    ['another card', card, '{"id":7,"cardDetails":[{"cardNumber":"AB123"}]}'],
    [
      'another external id of a card',
      { identifierName: 'cardExternalId', identifierValue: 'E1' },
      '{"id":7,"cardDetails":[{"cardExternalId":"E2"}]}',
    ],
    [
      'an identifier that only a number’s spelling would make the same',
      { identifierName: 'externalId', identifierValue: '+5' },
      profiles(['externalId', '5']),
    ],
    ['another id', { identifierName: 'id', identifierValue: '9007199254740993' }, '{"id":9007199254740992}'],
  ])('is served, counted and not stored if it is about another customer: %s', async (_title, query, reply) => {
    const { store, upstream, ask } = startFleet();
    upstream.outcome = found(reply);
    expect(await ask(query)).toMatchObject({
      answer: { kind: 'found', status: 200, ttlMs: 0 },
      cache: { status: 'forward', reason: 'miss', isStored: false },
      isIdentityMismatch: true,
    });
    expect(store.entries).toEqual([]);
    expect([...store.items.values()]).toMatchObject([{ outcome: { kind: 'not-stored' }, lease: undefined }]);
  });

  test('does not change the stored entry if it is about another customer', async () => {
    const { clock, store, upstream, ask } = startFleet();
    const query = { identifierName: 'id', identifierValue: '7' };
    upstream.outcome = found('{"id":7}');
    await ask(query);
    clock.advance(EXPIRED_MS);
    upstream.outcome = found('{"id":8}');
    expect(await ask(query)).toMatchObject({ answer: { body: '{"id":8}' }, isIdentityMismatch: true });
    expect(store.entries).toMatchObject([{ body: '{"id":7}' }]);
  });
});
