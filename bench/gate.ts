/**
 * Checks that a hit does not cost more than before: `npm run bench:gate`. Compares the ratios to the bare SDK read with
 * those in `bench/hit/recorded.json`. Other work on the machine may spoil a run: if a ratio is too slow, it is measured
 * again with more pairs, and that result counts. Checks too that the record of the functions that a first hit calls is
 * recent.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import firstHitFunctions from '../infra/first-hit-functions.json' with { type: 'json' };
import { scriptOptions } from '../scripts/script-options.ts';
import { calledAtFirstHit } from './hit/called-at-first-hit.ts';
import { type RecordedRatios, whatIsNotRecorded, whatIsSlower } from './hit/judge.ts';
import { measureCold } from './hit/measure-cold.ts';
import { measureWarm } from './hit/measure-warm.ts';
import { shown } from './hit/parts.ts';
import { type HitWorld, openHitWorld } from './hit/world.ts';
import { say, showProgress } from './progress.ts';

scriptOptions('bench:gate');

const FIRST_PAIRS = 15;
const SECOND_PAIRS = 31;

const recorded = JSON.parse(
  await readFile(path.resolve(import.meta.dirname, 'hit/recorded.json'), 'utf8'),
) as RecordedRatios;

await using stack = new AsyncDisposableStack();
const world = stack.adopt(await openHitWorld(), (each) => each.close());
let problems = whatIsSlower(await measure(world, FIRST_PAIRS), recorded);
if (problems.length > 0) {
  for (const problem of problems) say(problem);
  say('Once more, with more pairs.');
  problems = whatIsSlower(await measure(world, SECOND_PAIRS), recorded);
}
for (const problem of problems) say(problem);
if (problems.length > 0) {
  say('If it is meant to cost more, record it: bench/hit/recorded.json, and say why in docs/benchmarks/README.md.');
  process.exitCode = 1;
}
const notRecorded = whatIsNotRecorded(await calledAtFirstHit(world), firstHitFunctions);
if (notRecorded !== undefined) {
  say(notRecorded);
  process.exitCode = 1;
}

async function measure(of: HitWorld, pairs: number): Promise<RecordedRatios> {
  const cold = await measureCold(of, { pairs, onPair: showProgress('cold', pairs) });
  const warm = await measureWarm(of, { pairs, onPair: showProgress('warm', pairs) });
  say(`${pairs} pairs, CPU ÷ bare SDK read: cold ${shown(cold.cpuMs.ratio)}, warm ${shown(warm.gzip.ratio)}`);
  return { coldCpu: cold.cpuMs.steadyRatio, warmCpu: warm.gzip.steadyRatio };
}
