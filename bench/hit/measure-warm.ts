import { type Compared, compare } from './compared.ts';
import { lookupEvent } from './lambda-events.ts';
import type { PairsOptions } from './measure-cold.ts';
import { type Call, type CallFigures, runCalls } from './warm.ts';
import type { HitWorld } from './world.ts';

/** Microseconds of CPU that a hit takes on an instance that is warm. */
export interface WarmFigures {
  /** For a caller that accepts gzip. */
  readonly gzip: Compared;
  /** For a caller that does not. */
  readonly plain: Compared;
}

/** The number of calls in a round, and of rounds to warm up. */
const CALLS_PER_ROUND = 50;
const WARM_UP_ROUNDS = 12;

/** Calls the functions in turn in one process, round by round. */
export async function measureWarm(world: HitWorld, { pairs, onPair }: PairsOptions): Promise<WarmFigures> {
  const [customer] = await world.fill([0]);
  if (customer === undefined) throw new Error('No customer was filled.');
  const calls: readonly Call[] = [
    { bundle: world.lookaside, event: lookupEvent(customer.mobile, 'gzip') },
    { bundle: world.lookaside, event: lookupEvent(customer.mobile, 'plain') },
    { bundle: world.bare, event: { ...customer.bareEvent } },
  ];
  const [gzip, plain, bare] = await runCalls({
    environment: world.environment,
    calls,
    rounds: pairs,
    callsPerRound: CALLS_PER_ROUND,
    warmUpRounds: WARM_UP_ROUNDS,
    onRound: onPair,
  });
  return {
    gzip: compare(ofHit(gzip), ofHit(bare)),
    plain: compare(ofHit(plain), ofHit(bare)),
  };
}

/** The CPU times of calls, which must have been hits. */
export function ofHit(call: CallFigures | undefined): readonly number[] {
  if (call === undefined) throw new Error('A call has no figures.');
  assertHit(call);
  return call.cpuUs;
}

/** @throws Error if the last call was no hit */
export function assertHit({ status, cacheStatus }: Pick<CallFigures, 'status' | 'cacheStatus'>): void {
  const isHit = status === 200 && /^(lookaside; (hit|detail=batch).*)?$/.test(cacheStatus);
  if (!isHit) throw new Error(`A call was no hit: ${status} ${cacheStatus}`);
}
