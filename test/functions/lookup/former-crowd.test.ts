import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../cli/forecast/random.ts';
import { readV1Request } from '../../../functions/customer/v1/v1-request.ts';
import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { startFleet } from '../../support/fleet.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, foundByV1, said, saidByV1 } from '../../support/scripted-upstream.ts';

// Tests many look-ups at once of a customer that was erased, or merged into another one, in several variants. Each of
// them learns that, and voids the entries of the others. Still there is one call for each variant (contract §3, `erased`,
// and §1, a merged customer's survivor).

const LOOKUPS_EACH = 15;

/** The variants of one identifier: what a till, a kiosk and an older till ask for. */
const VARIANTS = ['v2', 'v2 with points', 'v1.1'] as const;
type Variant = (typeof VARIANTS)[number];

/** A fleet whose store takes 3 to 9 ms for each operation, and whose upstream takes 300 ms, more or less. */
function start(seed: number, spreadMs: number) {
  const random = randomFrom(seed);
  const fleet = startFleet({ random });
  const { clock, store, upstream } = fleet;
  const operations = ['read', 'takeLease', 'writeEntry', 'endLease', 'addToIndex', 'readPause'] as const;
  const ofVoiding = ['fenceCustomer', 'listPartition', 'voidFetch', 'deleteItems'] as const;
  for (const operation of [...operations, ...ofVoiding]) {
    const apply = store[operation].bind(store) as (...parameters: unknown[]) => Promise<unknown>;
    const takesTime = async (...parameters: unknown[]) => {
      await clock.sleep(3 + 6 * random());
      return apply(...parameters);
    };
    Object.assign(store, { [operation]: takesTime });
  }
  const fetch = upstream.fetch.bind(upstream);
  upstream.fetch = async (...parameters) => {
    upstream.takesMs = 300 + (random() - 0.5) * spreadMs;
    return fetch(...parameters);
  };
  /** Look-ups within 20 ms, each of the next variant, in several processes. */
  const askAll = async (variants: readonly Variant[], processes: number) => {
    const instances = Array.from({ length: processes }, () => fleet.instance());
    const all = instances.flatMap(({ ask, lookup }) =>
      Array.from({ length: LOOKUPS_EACH }, async (_, index) => {
        await clock.sleep(20 * random());
        const variant = variants[index % variants.length];
        if (variant !== 'v1.1') return ask(variant === 'v2' ? {} : { embed: 'points' });
        const { request } = await readV1Request([['external_id', 'MP1']], undefined, DEFAULT_READING);
        return lookup(request, NO_DIRECTIVES);
      }),
    );
    await clock.run(20_000);
    return Promise.all(all);
  };
  return { ...fleet, askAll };
}

describe.each([0, 30, 150])('answers that come within %d ms', (spreadMs) => {
  const CROWDS = VARIANTS.flatMap((_, index) => [1, 2, 4].map((processes) => [index + 1, processes] as const));

  test.each(CROWDS)(
    'of an erased customer: %d variants in %d processes, one call for each',
    async (count, processes) => {
      const variants = VARIANTS.slice(0, count);
      for (let seed = 1; seed <= 5; seed += 1) {
        const { clock, store, upstream, askAll } = start(seed, spreadMs);
        // Half of the crowds find an old entry of the customer.
        if (seed % 2 === 0) {
          upstream.outcome = found('{"id":1,"profiles":[{"firstName":"Asha"}]}');
          await askAll(['v2'], 1);
          upstream.requests.length = 0;
          await clock.run(1_300_000);
        }
        upstream.outcome = said('erased', 1);
        upstream.outcomeOf['v1.1'] = saidByV1('erased', 1);

        const results = await askAll(variants, processes);

        expect(upstream.requests).toHaveLength(count);
        for (const { answer } of results) expect(answer.kind).toBe('erased');
        expect(store.entries).toEqual([]);
        expect([...store.items.values()].filter(({ lease }) => lease !== undefined)).toEqual([]);
      }
    },
  );
});

describe.each([0, 30, 150])('answers that come within %d ms', (spreadMs) => {
  const CROWDS = VARIANTS.flatMap((_, index) => [1, 4].map((processes) => [index + 1, processes] as const));

  test.each(CROWDS)(
    'of a merged customer who has entries: %d variants in %d processes, one call for each',
    async (count, processes) => {
      const variants = VARIANTS.slice(0, count);
      for (let seed = 1; seed <= 5; seed += 1) {
        const { clock, store, upstream, askAll } = start(seed, spreadMs);
        upstream.outcome = found('{"id":1,"profiles":[{"firstName":"Asha"}]}');
        upstream.outcomeOf['v1.1'] = foundByV1('{"firstname":"Asha"}');
        // Half of the crowds find the old entry under one variant only.
        await askAll(seed % 2 === 0 ? variants : ['v2'], 1);
        upstream.requests.length = 0;
        await clock.run(1_300_000);
        const merged = { isMerged: true, customerId: '2' };
        upstream.outcome = found('{"id":2,"profiles":[{"firstName":"Meera"}]}', merged);
        upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"2","firstname":"Meera"}', merged);

        const results = await askAll(variants, processes);

        expect(upstream.requests.length).toBe(count);
        for (const { answer } of results) expect(answer).toMatchObject({ body: expect.stringContaining('Meera') });
        expect(store.entries.map(({ body }) => body.includes('Meera'))).toEqual(variants.map(() => true));
      }
    },
  );
});

test('a fetch that says "found" is not stored after another one said "erased", and one of those that wait for it asks again', async () => {
  const { clock, store, upstream, instance } = startFleet();
  upstream.takesMs = 500;
  upstream.outcome = found('{"id":1,"profiles":[{"firstName":"Asha"}]}');
  const [first, second] = [instance(), instance()];
  const ofTill = [first.ask(), first.ask(), second.ask()];
  await clock.run(100);
  upstream.takesMs = 50;
  upstream.outcome = said('erased', 1);
  const ofKiosk = second.ask({ embed: 'points' });
  await clock.run(5000);

  expect((await ofKiosk).answer.kind).toBe('erased');
  // The holder is served what the upstream told it. Those that wait get what the upstream says now.
  expect((await Promise.all(ofTill)).map(({ answer }) => answer.kind)).toEqual(['found', 'erased', 'erased']);
  expect(upstream.requests).toHaveLength(3);
  expect(store.entries).toEqual([]);
});
