import { registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Violation } from './checker.ts';
import { type Edit, plantingHooks } from './planting.ts';

export interface SearchOptions {
  /** Seeds, both ends included. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly isEventuallyConsistent?: boolean;
  /** Changes to the code under test, made as it is loaded. */
  readonly edits?: readonly Edit[];
}

export interface SearchResult {
  readonly histories: number;
  readonly operations: number;
  readonly upstreamCalls: number;
  /** The first history in which a promise did not hold. */
  readonly broken: { readonly seed: number; readonly violation: Violation } | undefined;
}

// A worker thread of its own: what it loads is its own too, so that planted bugs stay in it.
const options = workerData as SearchOptions;
if (options.edits !== undefined) registerHooks(plantingHooks(options.edits));
parentPort?.postMessage(await search(options));

async function search({ from, to, step, isEventuallyConsistent = false }: SearchOptions): Promise<SearchResult> {
  const { runHistory } = await import('./history.ts');
  const counts = { histories: 0, operations: 0, upstreamCalls: 0 };
  for (let seed = from; seed <= to; seed += step) {
    const { violation, operations, upstreamCalls } = await runHistory({ seed, isEventuallyConsistent });
    counts.histories += 1;
    counts.operations += operations;
    counts.upstreamCalls += upstreamCalls;
    if (violation !== undefined) return { ...counts, broken: { seed, violation } };
  }
  return { ...counts, broken: undefined };
}
