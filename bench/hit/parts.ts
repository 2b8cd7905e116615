import { measurePaths } from '../paths/measure-paths.ts';
import { PATHS } from '../paths/paths.ts';
import { pathsTable } from '../paths/table.ts';
import { measurePeers, measureWaiters } from '../peers/measure-peers.ts';
import { peersTable } from '../peers/table.ts';
import { say, showProgress } from '../progress.ts';
import type { Quartiles } from '../statistics.ts';
import type { Plot } from './box-plot.ts';
import { measureCold } from './measure-cold.ts';
import { measureCounts } from './measure-counts.ts';
import { measureGrowth } from './measure-growth.ts';
import { measureHeap } from './measure-heap.ts';
import { measureWarm } from './measure-warm.ts';
import type { HitWorld } from './world.ts';

/** The result of a part of the benchmark. */
export interface PartResult {
  readonly figures: object;
  readonly plot: Plot | undefined;
  /** The connection between the programs. Default: the same as in all other parts. */
  readonly transport?: string;
}

/** How long each part is: pairs of cold starts, and rounds. */
const COLD_PAIRS = 31;
const WARM_ROUNDS = 60;
const GROWTH_ROUNDS = 30;
const PATH_ROUNDS = 16;
const PATH_COLD_STARTS = 8;

const BARE = [{ at: 1, label: 'bare SDK read' }] as const;

/** The parts of the benchmark of hits, by name. Each prints its results. */
export const PARTS: Readonly<Record<string, (world: HitWorld) => Promise<PartResult>>> = {
  cold: async (world) => {
    const figures = await measureCold(world, { pairs: COLD_PAIRS, onPair: showProgress('cold', COLD_PAIRS) });
    const { cpuMs, wallMs } = figures;
    say(`cold: CPU to the first hit ÷ bare SDK read: ${shown(cpuMs.ratio)}; by wall time ${shown(wallMs.ratio)}`);
    const rows = [
      { name: 'CPU, to the first hit', values: cpuMs.ratios },
      { name: 'wall time, to the first hit', values: wallMs.ratios },
    ];
    const axis = `Lookaside ÷ bare SDK read, ${COLD_PAIRS} pairs of fresh processes`;
    return { figures, plot: { title: 'Cold start', axis, rows, marks: BARE } };
  },

  warm: async (world) => {
    const figures = await measureWarm(world, { pairs: WARM_ROUNDS, onPair: showProgress('warm', WARM_ROUNDS) });
    const { gzip, plain } = figures;
    say(`warm: CPU of a hit ÷ bare SDK read: ${shown(gzip.ratio)} with gzip, ${shown(plain.ratio)} without`);
    const rows = [
      { name: 'caller accepts gzip', values: gzip.ratios },
      { name: 'caller does not', values: plain.ratios },
    ];
    const axis = `CPU of a hit: Lookaside ÷ bare SDK read, ${WARM_ROUNDS} rounds by turns`;
    return { figures, plot: { title: 'Warm hit', axis, rows, marks: BARE } };
  },

  counts: async (world) => {
    const figures = await measureCounts(world);
    const { dynamoDb, codeBytes, codeFiles, bareCodeBytes, logBytes, items } = figures;
    const { init, firstHit, nextHit } = dynamoDb;
    say(`counts: DynamoDB requests: init ${init.length}, first hit ${firstHit.length}, next hit ${nextHit.length}`);
    say(`  JavaScript of a hit: ${codeBytes} bytes in ${codeFiles} files (bare SDK read: ${bareCodeBytes})`);
    say(`  log of a hit: ${logBytes} bytes`);
    for (const { bodyBytes, itemBytes, readUnits, writeUnits } of items) {
      say(`  JSON of ${bodyBytes} bytes: item ${itemBytes}, read units ${readUnits}, write units ${writeUnits}`);
    }
    return { figures, plot: undefined };
  },

  heap: async (world) => {
    const figures = await measureHeap(world);
    const { gzip, plain } = figures;
    say(
      `heap: a hit allocates ${kilobytes(gzip.lookaside.median)} with gzip, ${kilobytes(plain.lookaside.median)} without; ` +
        `÷ bare SDK read: ${shown(gzip.ratio)}, ${shown(plain.ratio)}`,
    );
    return { figures, plot: undefined };
  },

  growth: async (world) => {
    const onRound = showProgress('growth', 2 * GROWTH_ROUNDS);
    const figures = await measureGrowth(world, { rounds: GROWTH_ROUNDS, onRound });
    for (const { bodyBytes, bare, gzip, plain, fields } of figures.sizes) {
      say(
        `growth: ${bodyBytes} bytes of JSON, CPU ÷ smallest bare read: bare ${shown(bare)}, gzip ${shown(gzip)}, ` +
          `plain ${shown(plain)}, fields=id ${shown(fields)}`,
      );
    }
    for (const { lookups, eachToBare, eachToSingle } of figures.batches) {
      say(
        `growth: batch of ${lookups}: each look-up ÷ bare SDK read: ${shown(eachToBare)}; ` +
          `÷ a hit by itself: ${shown(eachToSingle)}`,
      );
    }
    const rows = figures.sizes.flatMap(({ bodyBytes, bare, gzip, plain }) => [
      { name: `${kilobytes(bodyBytes)}: bare SDK read`, quartiles: bare },
      { name: `${kilobytes(bodyBytes)}: hit, gzip`, quartiles: gzip },
      { name: `${kilobytes(bodyBytes)}: hit, plain`, quartiles: plain },
    ]);
    const axis = 'CPU ÷ bare SDK read of the smallest item';
    return { figures, plot: { title: 'A hit by the size of the profile', axis, rows, marks: BARE } };
  },

  waiters: async () => {
    const figures = await measureWaiters();
    const { fewAskers, fourAskers, frozen } = figures;
    for (const [askers, each] of [
      [40, fewAskers],
      [4, fourAskers],
    ] as const) {
      say(
        `waiters: ${askers} askers of a cold key, four processes: ${each.p50Ms.toFixed(0)} ms beyond the upstream (p50), ` +
          `${each.p99Ms.toFixed(0)} ms (p99), upstream calls ${each.upstreamCalls.join(' to ')}`,
      );
      say(
        `  first answer: ${each.firstMs.toFixed(0)} ms; half: ${each.behindFirstMs.toFixed(0)} ms after it (medians)`,
      );
    }
    say(`  stale entry, frozen upstream: ${frozen.p50Ms.toFixed(0)} ms (p50), ${frozen.p99Ms.toFixed(0)} ms (p99)`);
    return { figures, plot: undefined, transport: 'plain HTTP on loopback' };
  },

  paths: async () => {
    const onPath = showProgress('paths', PATHS.length);
    const figures = await measurePaths({ rounds: PATH_ROUNDS, coldStarts: PATH_COLD_STARTS, onPath });
    say(pathsTable(figures.paths));
    return { figures, plot: undefined };
  },

  peers: async () => {
    const figures = await measurePeers((total) => showProgress('peers', total));
    say(peersTable(figures.peers));
    return { figures, plot: undefined, transport: 'plain HTTP on loopback' };
  },
};

/** The parts that take minutes or install programs: they run only if they are named. */
export const PARTS_BY_NAME_ONLY: ReadonlySet<string> = new Set(['paths', 'peers']);

/** A median with its quartiles. */
export function shown({ median, lower, upper }: Quartiles): string {
  return `${median.toFixed(2)} [${lower.toFixed(2)}–${upper.toFixed(2)}]`;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} KB`;
}
