import type { Quartiles } from '../statistics.ts';
import { quartiles, ratios } from '../statistics.ts';
import { readUnits, writeUnits } from './item-size.ts';
import { batchEvent, lookupEvent } from './lambda-events.ts';
import { ofHit } from './measure-warm.ts';
import { type Call, type CallFigures, runCalls } from './warm.ts';
import type { HitWorld } from './world.ts';

/** The cost of a hit by the size of the profile. CPU in ratios to the bare read of the smallest item. */
export interface SizeFigures {
  readonly bodyBytes: number;
  readonly itemBytes: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** The bare read of this item. */
  readonly bare: Quartiles;
  /** A hit, for a caller that accepts gzip. */
  readonly gzip: Quartiles;
  /** A hit, for one that does not. */
  readonly plain: Quartiles;
  /** A hit that is narrowed to `fields=id`. */
  readonly fields: Quartiles;
}

/** The cost of a batch of hits: CPU of each look-up. */
export interface BatchFigures {
  readonly lookups: number;
  /** In ratios to the bare read of one of the items. */
  readonly eachToBare: Quartiles;
  /** In ratios to a hit by itself, for a caller that does not accept gzip. */
  readonly eachToSingle: Quartiles;
}

/** How the cost of a hit grows with the profile and with the batch. */
export interface GrowthFigures {
  readonly sizes: readonly SizeFigures[];
  readonly batches: readonly BatchFigures[];
}

/** How many rounds to measure. */
export interface GrowthOptions {
  readonly rounds: number;
  /** Gets the number of completed rounds, out of twice as many as `rounds`. */
  readonly onRound: (done: number) => void;
}

const PROFILE_BYTES = [0, 3_000, 20_000, 200_000];
const BATCH_LOOKUPS = [1, 10, 100];
const WARM_UP_ROUNDS = 10;

/** Measures hits of profiles and of batches of several sizes. */
export async function measureGrowth(world: HitWorld, { rounds, onRound }: GrowthOptions): Promise<GrowthFigures> {
  const sizes = await measureSizes(world, rounds, onRound);
  const batches = await measureBatches(world, rounds, (done) => onRound(rounds + done));
  return { sizes, batches };
}

async function measureSizes(world: HitWorld, rounds: number, onRound: (done: number) => void): Promise<SizeFigures[]> {
  const customers = await world.fill(PROFILE_BYTES);
  const calls = customers.flatMap(({ mobile, bareEvent }): Call[] => [
    { bundle: world.bare, event: { ...bareEvent } },
    { bundle: world.lookaside, event: lookupEvent(mobile, 'gzip') },
    { bundle: world.lookaside, event: lookupEvent(mobile, 'plain') },
    { bundle: world.lookaside, event: lookupEvent(mobile, 'plain', 'id') },
  ]);
  const { environment } = world;
  const figures = await runCalls({
    environment,
    calls,
    rounds,
    callsPerRound: 12,
    warmUpRounds: WARM_UP_ROUNDS,
    onRound,
  });
  const base = ofHit(figures[0]);
  const toBase = (each: CallFigures | undefined) => quartiles(ratios(ofHit(each), base));
  return customers.map(({ bodyBytes, itemBytes }, position) => {
    const [bare, gzip, plain, fields] = figures.slice(position * 4, position * 4 + 4);
    return {
      bodyBytes,
      itemBytes,
      readUnits: readUnits(itemBytes),
      writeUnits: writeUnits(itemBytes),
      bare: toBase(bare),
      gzip: toBase(gzip),
      plain: toBase(plain),
      fields: toBase(fields),
    };
  });
}

async function measureBatches(
  world: HitWorld,
  rounds: number,
  onRound: (done: number) => void,
): Promise<BatchFigures[]> {
  const customers = await world.fill(Array.from({ length: Math.max(...BATCH_LOOKUPS) }, () => 0));
  const [first] = customers;
  if (first === undefined) throw new Error('No customer was filled.');
  const mobiles = customers.map(({ mobile }) => mobile);
  const { lookaside, bare, environment } = world;
  const calls: readonly Call[] = [
    { bundle: bare, event: { ...first.bareEvent } },
    { bundle: lookaside, event: lookupEvent(first.mobile) },
    ...BATCH_LOOKUPS.map((count) => ({ bundle: lookaside, event: batchEvent(mobiles.slice(0, count)) })),
  ];
  const figures = await runCalls({
    environment,
    calls,
    rounds,
    callsPerRound: 8,
    warmUpRounds: WARM_UP_ROUNDS,
    onRound,
  });
  const [ofBare, ofSingle, ...ofBatches] = figures.map(ofHit);
  return BATCH_LOOKUPS.map((lookups, position) => {
    const ofEach = (ofBatches[position] ?? []).map((cpuUs) => cpuUs / lookups);
    return {
      lookups,
      eachToBare: quartiles(ratios(ofEach, ofBare ?? [])),
      eachToSingle: quartiles(ratios(ofEach, ofSingle ?? [])),
    };
  });
}
