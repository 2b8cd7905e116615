import {
  allOf,
  answered,
  DEADLINE_MS,
  HIT,
  hasCoupons,
  oneFetched,
  RENEWED,
  STALE,
  STORED,
  statusOk,
} from './expected.ts';
import { batchEvent, batchPayload, changedEvent, tillEvent } from './lambda-events.ts';
import type { Stage } from './stage.ts';

/** A task that an instance must do right at the CPU share of its memory. */
export interface Scenario {
  readonly name: string;
  /** How often it runs, out of the requested rounds: 1 is each. */
  readonly share: number;
  readonly run: (stage: Stage) => Promise<void>;
}

/** How many look-ups a batch has. */
const BATCH_SIZE = 100;
/** How many of them run at once (`functions/batch/batch.ts`). */
const BATCH_CONCURRENCY = 10;
/** How long a slow upstream takes, in milliseconds: a fetch has 2,500 and its lease lasts 2,650. */
const SLOW_UPSTREAM_MS = 1500;
/** The number of events after the first. */
const WARM_EVENTS = 2;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'hit',
    share: 1,
    run: async (stage) => {
      const [mobile = ''] = await stage.world.addCustomers(1);
      await stage.fill([mobile]);
      const instance = await stage.start('http');
      for (const temperature of coldThenWarm()) {
        await stage.step(`${temperature} hit`, instance, tillEvent(mobile), answered(HIT));
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
    name: 'miss, provisioned',
    share: 1,
    run: async (stage) => {
      stage.world.takeSecretReads();
      const instance = await stage.start('http', { AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' });
      const secretReads = stage.world.takeSecretReads();
      const [mobile = ''] = await stage.world.addCustomers(1);
      const missed = { ...answered(STORED), calls: { v2: 1, v1: 0 } };
      await stage.step('first miss, provisioned concurrency', instance, tillEvent(mobile), missed);
      stage.check(`secret reads of the init: ${secretReads}`, secretReads === 1);
    },
  },
  {
    name: 'joined',
    share: 1,
    run: async (stage) => {
      stage.world.takeSecretReads();
      const instance = await stage.start('http');
      for (const temperature of coldThenWarm()) {
        const [mobile = ''] = await stage.world.addCustomers(1);
        const event = tillEvent(mobile, { embed: 'coupons' });
        const missed = { ...answered(STORED), calls: { v2: 1, v1: 1 } };
        const { answer } = await stage.step(`${temperature} joined miss`, instance, event, missed);
        stage.check('the coupons are missing', hasCoupons(answer));
        const secretReads = stage.world.takeSecretReads();
        stage.check(`secret reads: ${secretReads}`, secretReads === (temperature === 'cold' ? 1 : 0));
        const again = await stage.step(`hit after a ${temperature} joined miss`, instance, event, answered(HIT));
        stage.check('the coupons are missing', hasCoupons(again.answer));
      }
    },
  },
  {
    name: 'batch of hits',
    share: 0.33,
    run: async (stage) => {
      const mobiles = await stage.world.addCustomers(BATCH_SIZE);
      await stage.fill(mobiles);
      const instance = await stage.start('http');
      for (const temperature of coldThenWarm()) {
        const expected = { answer: allOf(BATCH_SIZE, 'hit'), deadlineMs: DEADLINE_MS };
        await stage.step(`${temperature} batch of ${BATCH_SIZE} hits`, instance, batchEvent(mobiles), expected);
      }
    },
  },
  {
    name: 'batch of misses',
    share: 0.33,
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
      await stage.fill(mobiles);
      // So that they are stale, and still within stale-while-revalidate.
      const settings = { FRESH_SECONDS: '1' };
      const [answering, revalidating] = [
        await stage.start('http', settings),
        await stage.start('revalidate', settings),
      ];
      await new Promise((resolve) => setTimeout(resolve, 1100));
      for (const [n, temperature] of coldThenWarm().entries()) {
        await stage.step(`${temperature} stale hit`, answering, tillEvent(mobiles[n] ?? ''), answered(STALE));
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
  {
    name: 'long stale',
    share: 0.5,
    run: async (stage) => {
      const mobiles = await stage.world.addCustomers(1 + WARM_EVENTS);
      await stage.fill(mobiles);
      // So that they are stale, and past stale-while-revalidate: each look-up asks.
      const instance = await stage.start('http', { FRESH_SECONDS: '1', STALE_WHILE_REVALIDATE_SECONDS: '0' });
      await new Promise((resolve) => setTimeout(resolve, 1100));
      for (const [n, temperature] of coldThenWarm().entries()) {
        const expected = { ...answered(RENEWED), calls: { v2: 1, v1: 0 } };
        await stage.step(`${temperature} long stale`, instance, tillEvent(mobiles[n] ?? ''), expected);
        stage.check('a revalidation was asked for', stage.world.takeRevalidations().length === 0);
      }
    },
  },
  {
    name: 'two instances at once',
    share: 0.5,
    run: async (stage) => {
      const instances = [await stage.start('http'), await stage.start('http')];
      for (const temperature of coldThenWarm()) {
        const [mobile = ''] = await stage.world.addCustomers(1);
        const expected = { answer: oneFetched, calls: { v2: 1, v1: 0 }, deadlineMs: DEADLINE_MS };
        await stage.stepTogether(`${temperature} miss by two at once`, instances, tillEvent(mobile), expected);
      }
    },
  },
  {
    name: 'two instances at once, slow upstream',
    share: 0.5,
    run: async (stage) => {
      const instances = [await stage.start('http'), await stage.start('http')];
      const [mobile = ''] = await stage.world.addCustomers(1);
      await stage.world.setUpstreamMs(SLOW_UPSTREAM_MS);
      const expected = { answer: oneFetched, calls: { v2: 1, v1: 0 }, deadlineMs: DEADLINE_MS };
      try {
        await stage.stepTogether('cold miss by two at once, slow upstream', instances, tillEvent(mobile), expected);
      } finally {
        await stage.world.setUpstreamMs(undefined);
      }
    },
  },
  {
    name: 'event',
    share: 0.5,
    run: async (stage) => {
      const mobiles = await stage.world.addCustomers(1 + WARM_EVENTS);
      await stage.fill(mobiles);
      const secret = 'made up';
      const instance = await stage.start('invalidate', { WEBHOOK_SECRET: secret });
      for (const [n, temperature] of coldThenWarm().entries()) {
        const event = changedEvent(mobiles[n] ?? '', secret);
        await stage.step(`${temperature} event`, instance, event, { answer: statusOk, deadlineMs: DEADLINE_MS });
        const left = (await stage.table.entries()).length;
        stage.check(`left are ${left} entries`, left === mobiles.length - n - 1);
      }
    },
  },
];

function coldThenWarm(): readonly ('cold' | 'warm')[] {
  return ['cold', ...Array.from({ length: WARM_EVENTS }, () => 'warm' as const)];
}

async function newestAskedAt(stage: Stage): Promise<number> {
  return Math.max(...(await stage.table.entries()).map(({ askedAt }) => askedAt));
}
