import { lookupDeadlineOf, parseSettings } from '../../functions/settings.ts';
import { batchEvent, batchPayload, results, type Stage, tillEvent } from './stage.ts';

/** Something that an instance must get right at the CPU share of its memory. */
export interface Scenario {
  readonly name: string;
  /** How often it is run, out of the rounds that are asked for: 1 is each. */
  readonly share: number;
  readonly run: (stage: Stage) => Promise<void>;
}

/** How many look-ups a batch has. */
const BATCH_SIZE = 100;
/** How many of them are under way at once (`functions/invoke/batch.ts`). */
const BATCH_CONCURRENCY = 10;
/** How many events come after the first. */
const WARM_EVENTS = 3;

/** Promise 8: by when a look-up is answered, at the default settings. */
const DEADLINE_MS = lookupDeadlineOf(
  parseSettings({
    UPSTREAM_BASE_URL: 'https://upstream.invalid',
    UPSTREAM_CREDENTIALS_ARN: 'any',
    CACHE_KEY_SECRET: 'any',
  }),
);

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'hit',
    share: 1,
    run: async (stage) => {
      const [mobile = ''] = await stage.world.addCustomers(1);
      await stage.fill(batchPayload([mobile]).lookups);
      const instance = await stage.start('http');
      for (const temperature of coldThenWarm()) {
        await stage.step(`${temperature} hit`, instance, tillEvent(mobile), answered(/^lookaside; hit; ttl=\d+$/));
      }
    },
  },
  {
    name: 'miss',
    share: 1,
    run: async (stage) => {
      const instance = await stage.start('http');
      for (const temperature of coldThenWarm()) {
        const [mobile = ''] = await stage.world.addCustomers(1);
        const missed = { ...answered(STORED), calls: { v2: 1, v1: 0 } };
        await stage.step(`${temperature} miss`, instance, tillEvent(mobile), missed);
        await stage.step(`hit after a ${temperature} miss`, instance, tillEvent(mobile), answered(HIT));
      }
    },
  },
  {
    name: 'joined',
    share: 1,
    run: async (stage) => {
      const instance = await stage.start('http');
      for (const temperature of coldThenWarm()) {
        const [mobile = ''] = await stage.world.addCustomers(1);
        const event = tillEvent(mobile, { embed: 'coupons' });
        const missed = { ...answered(STORED), calls: { v2: 1, v1: 1 } };
        const { answer } = await stage.step(`${temperature} joined miss`, instance, event, missed);
        stage.check('the coupons are missing', hasCoupons(answer));
        const again = await stage.step(`hit after a ${temperature} joined miss`, instance, event, answered(HIT));
        stage.check('the coupons are missing', hasCoupons(again.answer));
      }
    },
  },
  {
    name: 'batch of hits',
    share: 0.5,
    run: async (stage) => {
      const mobiles = await stage.world.addCustomers(BATCH_SIZE);
      await stage.fill(batchPayload(mobiles).lookups);
      const instance = await stage.start('http');
      for (const temperature of coldThenWarm()) {
        const expected = { answer: allOf(BATCH_SIZE, 'hit'), deadlineMs: DEADLINE_MS };
        await stage.step(`${temperature} batch of ${BATCH_SIZE} hits`, instance, batchEvent(mobiles), expected);
      }
    },
  },
  {
    name: 'batch of misses',
    share: 0.5,
    run: async (stage) => {
      const instance = await stage.start('invoke');
      for (const temperature of ['cold', 'warm']) {
        const mobiles = await stage.world.addCustomers(BATCH_SIZE);
        const before = (await stage.table.entries()).length;
        await stage.step(`${temperature} batch of ${BATCH_SIZE} misses`, instance, batchPayload(mobiles), {
          answer: allOf(BATCH_SIZE, 'miss'),
          calls: { v2: BATCH_SIZE, v1: 0 },
          deadlineMs: (BATCH_SIZE / BATCH_CONCURRENCY) * DEADLINE_MS,
        });
        const stored = (await stage.table.entries()).length - before;
        stage.check(`stored are ${stored} of ${BATCH_SIZE}`, stored === BATCH_SIZE);
      }
    },
  },
  {
    name: 'stale hit and its revalidation',
    share: 1,
    run: async (stage) => {
      const mobiles = await stage.world.addCustomers(1 + WARM_EVENTS);
      await stage.fill(batchPayload(mobiles).lookups);
      // So that they are stale, and not yet beyond stale-while-revalidate.
      const settings = { FRESH_SECONDS: '1' };
      const [answering, revalidating] = [
        await stage.start('http', settings),
        await stage.start('revalidate', settings),
      ];
      await new Promise((resolve) => setTimeout(resolve, 1100));
      for (const [n, temperature] of coldThenWarm().entries()) {
        const stale = answered(/^lookaside; hit; ttl=-\d+; detail=stale-while-revalidate$/);
        await stage.step(`${temperature} stale hit`, answering, tillEvent(mobiles[n] ?? ''), stale);
        const [payload, ...others] = stage.world.takeRevalidations();
        stage.check('no revalidation was asked for', payload !== undefined);
        stage.check('more than one revalidation was asked for', others.length === 0);
        const before = await newestAskedAt(stage);
        await stage.step(`${temperature} revalidation`, revalidating, payload, {
          answer: allOf(1, 'miss'),
          calls: { v2: 1, v1: 0 },
          deadlineMs: DEADLINE_MS,
        });
        stage.check('the revalidated entry was not stored', (await newestAskedAt(stage)) > before);
      }
    },
  },
];

const STORED = /^lookaside; fwd=miss; fwd-status=200; stored$/;
const HIT = /^lookaside; hit; ttl=\d+$/;

function coldThenWarm(): readonly ('cold' | 'warm')[] {
  return ['cold', ...Array.from({ length: WARM_EVENTS }, () => 'warm' as const)];
}

/** A till's look-up that is answered 200, with this Cache-Status, in time. */
function answered(cacheStatus: RegExp) {
  return {
    deadlineMs: DEADLINE_MS,
    answer: (answer: unknown): readonly string[] => {
      const { statusCode, headers } = answer as { statusCode: number; headers: Readonly<Record<string, string>> };
      const used = headers['Cache-Status'] ?? '';
      return [
        ...(statusCode === 200 ? [] : [`status ${statusCode}`]),
        ...(cacheStatus.test(used) ? [] : [`Cache-Status: ${used}`]),
      ];
    },
  };
}

/** Outcomes that are all found, and by this use of the cache. */
function allOf(count: number, status: 'hit' | 'miss') {
  return (answer: unknown): readonly string[] => {
    const others = results(answer)
      .map(({ kind, code, cache }) => `${kind}${code === undefined ? '' : ` ${code}`}, ${cache?.status}`)
      .filter((found) => found !== `found, ${status}`);
    const counted = [...Map.groupBy(others, (other) => other)].map(([other, all]) => `${all.length} × ${other}`);
    const length = results(answer).length;
    return [...counted, ...(length === count ? [] : [`${length} results`])];
  };
}

function hasCoupons(answer: unknown): boolean {
  const reply = JSON.parse((answer as { readonly body: string }).body) as { readonly coupons?: unknown };
  return Array.isArray(reply.coupons);
}

async function newestAskedAt(stage: Stage): Promise<number> {
  return Math.max(...(await stage.table.entries()).map(({ askedAt }) => askedAt));
}
