import { registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Violation } from './checker/violation.ts';
import { isDrawn, type Theme, themeOf } from './history/theme.ts';
import { plantingHooks, type Replacement } from './planting.ts';

export interface SearchOptions {
  /** Seeds, both ends included. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly isEventuallyConsistent?: boolean;
  /** Some of the hits are audited. */
  readonly isAudited?: boolean;
  /** Some callers do not wait, or want a prefetch. */
  readonly hasWishes?: boolean;
  /** Changes to the code under test, made while it is loaded. */
  readonly plantings?: readonly Replacement[];
  /** Only the histories of this theme. Default: the theme that its seed draws. */
  readonly theme?: Theme | undefined;
}

export interface SearchResult {
  readonly histories: number;
  readonly operations: number;
  readonly upstreamCalls: number;
  /** The first history with a broken promise. */
  readonly broken: { readonly seed: number; readonly violation: Violation } | undefined;
}

/** The messages of the search to the thread that began it. */
export type SearchMessage = { readonly searched: number } | { readonly result: SearchResult };

/** It reports its progress after this number of seeds. */
const TOLD_SEEDS = 50;

// A worker thread of its own: it has its own modules, so that planted bugs stay in it.
const options = workerData as SearchOptions;
if (options.plantings !== undefined) registerHooks(plantingHooks(options.plantings));
say({ result: await search(options) });

function say(message: SearchMessage): void {
  parentPort?.postMessage(message);
}

async function search({
  from,
  to,
  step,
  theme,
  isEventuallyConsistent = false,
  isAudited = false,
  hasWishes = false,
}: SearchOptions): Promise<SearchResult> {
  const { runHistory } = await import('./history/history.ts');
  const counts = { histories: 0, operations: 0, upstreamCalls: 0 };
  for (let seed = from, seeds = 0; seed <= to; seed += step, seeds += 1) {
    if (seeds > 0 && seeds % TOLD_SEEDS === 0) say({ searched: TOLD_SEEDS });
    if (theme !== undefined && isDrawn(theme) && themeOf(seed) !== theme) continue;
    const { violation, operations, upstreamCalls } = await runHistory({
      seed,
      theme,
      isEventuallyConsistent,
      isAudited,
      hasWishes,
    });
    counts.histories += 1;
    counts.operations += operations;
    counts.upstreamCalls += upstreamCalls;
    if (violation !== undefined) return { ...counts, broken: { seed, violation } };
  }
  return { ...counts, broken: undefined };
}
