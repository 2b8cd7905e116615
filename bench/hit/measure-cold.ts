import { startCold } from './cold.ts';
import type { ColdStart } from './cold-process.ts';
import { type Compared, compare } from './compared.ts';
import { lookupEvent } from './lambda-events.ts';
import type { Call } from './warm.ts';
import type { HitWorld } from './world.ts';

/** The figures of cold starts, by pairs. */
export interface ColdFigures {
  /** CPU from the import to the first answer, a hit. Milliseconds. */
  readonly cpuMs: Compared;
  /** The same by wall time, which depends on the machine's other work. Milliseconds. */
  readonly wallMs: Compared;
  /** The import alone. Milliseconds of wall time. */
  readonly loadMs: Compared;
  /** The first answer alone. Milliseconds of wall time. */
  readonly firstMs: Compared;
}

/** How many pairs to measure. */
export interface PairsOptions {
  readonly pairs: number;
  /** Gets the number of completed pairs. */
  readonly onPair: (done: number) => void;
}

/**
 * Starts both functions in fresh processes, pair by pair, each to its first hit. The first pair is not counted: it reads
 * the files from the disk.
 */
export async function measureCold(world: HitWorld, { pairs, onPair }: PairsOptions): Promise<ColdFigures> {
  const [customer] = await world.fill([0]);
  if (customer === undefined) throw new Error('No customer was filled.');
  const calls: readonly Call[] = [
    { bundle: world.lookaside, event: lookupEvent(customer.mobile, 'gzip') },
    { bundle: world.bare, event: { ...customer.bareEvent } },
  ];
  const starts: [ColdStart[], ColdStart[]] = [[], []];
  for (let pair = 0; pair <= pairs; pair += 1) {
    const turns = [...calls.entries()];
    if (pair % 2 !== 0) turns.reverse();
    for (const [position, call] of turns) {
      const start = await startCold(call, world.environment);
      const isHit = start.status === 200 && (position === 1 || start.cacheStatus.startsWith('lookaside; hit'));
      if (!isHit) throw new Error(`A cold start did not end in a hit: ${start.status} ${start.cacheStatus}`);
      if (pair > 0) starts[position]?.push(start);
    }
    onPair(pair);
  }
  const compareBy = (of: (start: ColdStart) => number) => compare(starts[0].map(of), starts[1].map(of));
  return {
    cpuMs: compareBy(({ cpuMs }) => cpuMs),
    wallMs: compareBy(({ loadMs, firstMs }) => loadMs + firstMs),
    loadMs: compareBy(({ loadMs }) => loadMs),
    firstMs: compareBy(({ firstMs }) => firstMs),
  };
}
