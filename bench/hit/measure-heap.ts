import { fork } from 'node:child_process';
import path from 'node:path';
import type { CallOrder } from './called-functions.ts';
import { type Compared, compare } from './compared.ts';
import type { HeapFigures } from './heap-process.ts';
import { lookupEvent } from './lambda-events.ts';
import { assertHit } from './measure-warm.ts';
import { answerOf } from './process-answer.ts';
import type { HitWorld } from './world.ts';

/** Bytes of heap that a hit allocates on an instance that is warm. */
export interface HeapOfHit {
  /** For a caller that accepts gzip. */
  readonly gzip: Compared;
  /** For a caller that does not. */
  readonly plain: Compared;
}

/** How many turns there are, how many go before them, and how many calls a turn has. */
const ROUNDS = 40;
const WARM_UP_ROUNDS = 10;
const CALLS_PER_ROUND = 50;

/** The size of the young generation. It holds a whole turn, so that nothing is collected during the turn. Megabytes. */
const YOUNG_GENERATION_MB = 128;

/** Counts the bytes that hits allocate. They do not depend on the machine's speed and other work. */
export async function measureHeap(world: HitWorld): Promise<HeapOfHit> {
  const [customer] = await world.fill([0]);
  if (customer === undefined) throw new Error('No customer was filled.');
  const index = path.join(world.lookaside.folder, 'index.mjs');
  const subjects = [
    { index, event: lookupEvent(customer.mobile, 'gzip') },
    { index, event: lookupEvent(customer.mobile, 'plain') },
    { index: path.join(world.bare.folder, 'index.mjs'), event: { ...customer.bareEvent } },
  ];
  const order = { subjects, rounds: ROUNDS, warmUpRounds: WARM_UP_ROUNDS, callsPerRound: CALLS_PER_ROUND };
  const { results, bytes } = await count(order, world.environment);
  for (const result of results) assertHit(result);
  const [gzip = [], plain = [], bare = []] = bytes;
  return { gzip: compare(gzip, bare), plain: compare(plain, bare) };
}

async function count(order: CallOrder, environment: Readonly<Record<string, string>>): Promise<HeapFigures> {
  const youngGeneration = [
    `--min-semi-space-size=${YOUNG_GENERATION_MB}`,
    `--max-semi-space-size=${YOUNG_GENERATION_MB}`,
  ];
  const child = fork(path.join(import.meta.dirname, 'heap-process.ts'), {
    env: environment,
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc', ...youngGeneration],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.send(order);
  return answerOf<HeapFigures>(child);
}
