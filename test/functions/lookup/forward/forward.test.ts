import { describe, expect, test } from '@jest/globals';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import type { Asked } from '../../../../functions/lookup/asked.ts';
import { Crowd } from '../../../../functions/lookup/crowd.ts';
import { NO_DIRECTIVES } from '../../../../functions/lookup/directives.ts';
import { EMPTY_ITEM, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { createForward } from '../../../../functions/lookup/forward/forward.ts';
import { MAX_VARIANTS } from '../../../../functions/lookup/forward/variant-limit.ts';
import type { CallLimits } from '../../../../functions/lookup/lookup-policy.ts';
import { StoreAccess } from '../../../../functions/lookup/store-access.ts';
import { StoreVitality } from '../../../../functions/lookup/store-vitality.ts';
import { DEFAULT_POLICY, RecordingRevalidator } from '../../../support/fleet.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryCacheStore } from '../../../support/memory-cache-store.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';
import { ScriptedUpstream } from '../../../support/scripted-upstream.ts';

interface Options {
  readonly isCacheOn?: boolean;
  readonly callLimits?: CallLimits;
}

/** One instance. `run` makes a look-up of a variant, whose first read gave this item. */
async function start({ isCacheOn = true, callLimits }: Options = {}) {
  const clock = new ManualClock();
  const memory = new MemoryCacheStore();
  const store = isCacheOn ? memory : undefined;
  const upstream = new ScriptedUpstream(clock);
  let tokens = 0;
  const newToken = () => {
    tokens += 1;
    return `token-${tokens}`;
  };
  const ports = { clock, random: () => 0, newToken, store, upstream, revalidator: new RecordingRevalidator() };
  const making = createForward(ports, { ...DEFAULT_POLICY, callLimits });
  const forward = await making;
  const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
  const { request } = await readV2Request(Object.entries(parameters), DEFAULT_READING);
  const run = async (variant: string | undefined, item: StoredItem | undefined, directives = {}) => {
    const asked: Asked = {
      request,
      directives: { ...NO_DIRECTIVES, ...directives },
      purpose: 'answer',
      waitMs: undefined,
      isForPrefetch: false,
      key: variant === undefined ? undefined : { partition: 'p', variant },
      startedAt: clock.monotonicNow(),
      crowd: new Crowd(clock, () => undefined),
      store: new StoreAccess({ store, clock, random: () => 0, vitality: new StoreVitality() }),
    };
    const running = forward.run(asked, item && { value: item, beganAt: asked.startedAt });
    await clock.run(100);
    return running;
  };
  return { memory, upstream, run, isLoaded: !(making instanceof Promise) };
}

/** An instance that has stored the largest number of variants of one look-up. */
async function startFull() {
  const started = await start();
  for (let each = 0; each < MAX_VARIANTS; each += 1) await started.run(`variant ${each}`, EMPTY_ITEM);
  return started;
}

const STORED = { cache: { status: 'forward', reason: 'miss', isStored: true } };
const NOT_STORED = { cache: { status: 'forward', reason: 'miss', isStored: false } };

describe('a look-up that the cache cannot answer', () => {
  test('fetches, and stores the answer', async () => {
    const { run, memory } = await start();
    expect(await run('variant', EMPTY_ITEM)).toMatchObject(STORED);
    expect(memory.entries).toHaveLength(1);
  });

  test.each<[string, object, object]>([
    ['fetches, and stores nothing', {}, NOT_STORED],
    ['says why', { noCache: true }, { cache: { status: 'forward', reason: 'request', isStored: false } }],
    [
      'asks nothing, if its caller wants only the cache',
      { onlyIfCached: true },
      { answer: { kind: 'not-cached' }, ...NOT_STORED },
    ],
  ])('and must not be stored, %s', async (_title, directives, expected) => {
    const { run, memory, upstream } = await start();
    expect(await run(undefined, EMPTY_ITEM, directives)).toMatchObject(expected);
    expect([memory.entries, upstream.requests.length]).toEqual([[], 'onlyIfCached' in directives ? 0 : 1]);
  });
});

test('an instance that has stored many variants of a look-up stores no new one', async () => {
  const { run, memory } = await startFull();
  expect(memory.entries).toHaveLength(MAX_VARIANTS);
  expect(await run('one more', EMPTY_ITEM)).toMatchObject(NOT_STORED);
  expect(memory.entries).toHaveLength(MAX_VARIANTS);
  // A variant that other look-ups have stored, or are storing, is not new; and a look-up that could not read does not
  // know.
  const lease = { token: 'other', until: 0, durationMs: 1 };
  const outcome = { kind: 'given-up', token: 'other' } as const;
  memory.items.set(JSON.stringify({ partition: 'p', variant: 'leased' }), { ...EMPTY_ITEM, lease });
  memory.items.set(JSON.stringify({ partition: 'p', variant: 'versioned' }), { ...EMPTY_ITEM, version: 'v' });
  expect(await run('leased', { ...EMPTY_ITEM, lease })).toMatchObject(STORED);
  expect(await run('versioned', { ...EMPTY_ITEM, version: 'v' })).toMatchObject(STORED);
  expect(await run('ended', { ...EMPTY_ITEM, outcome })).toMatchObject(STORED);
  expect(await run('not read', undefined)).toMatchObject({ answer: { kind: 'found' } });
  expect(memory.calls.filter((each) => each === 'read')).toHaveLength(1);
});

describe('the budget', () => {
  test.each<[string, Options, isLoaded: boolean, answers: readonly string[]]>([
    ['is none without limits', {}, true, ['found', 'found']],
    ['is none without the store', { isCacheOn: false, callLimits: { v2: 1 } }, true, ['found', 'found']],
    ['is loaded, and limits the calls', { callLimits: { v2: 1 } }, false, ['found', 'failed']],
  ])('%s', async (_title, options, isLoaded, answers) => {
    const started = await start(options);
    const results = [await started.run('a', EMPTY_ITEM), await started.run('b', EMPTY_ITEM)];
    expect([started.isLoaded, results.map(({ answer }) => answer.kind)]).toEqual([isLoaded, answers]);
  });
});
