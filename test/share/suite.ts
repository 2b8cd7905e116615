import { once } from 'node:events';
import path from 'node:path';
import { say, showProgress } from '../../bench/progress.ts';
import { bundleFunctions } from '../../infra/bundle.ts';
import type { CpuController } from './cpu-share.ts';
import { costTable, type Figure, figuresTable } from './figures.ts';
import { readOptions, type ShareOptions } from './options.ts';
import type { Scenario } from './scenarios.ts';
import { Stage, type StageOptions, type Step } from './stage.ts';
import { startWorld } from './world.ts';

/** From `run.ts`, once this process is in its group. */
export interface SuiteMessage {
  readonly controller: CpuController;
  /** The beginning of the names of the instances' groups. */
  readonly prefix: string;
  /** A folder for the files of this run. */
  readonly folder: string;
}

/**
 * The service promises nothing if DynamoDB does not answer within CACHE_TIMEOUT_MS. Its reply is on the way for longer
 * than this measures, so the limit is half of the time. Milliseconds.
 */
const MAX_STORE_MS = 75;
/** How many rounds of a scenario are repeated, because the machine was too busy for its fakes. */
const MAX_REPEATED_ROUNDS = 10;

const options = readOptions(process.argv.slice(2));
process.send?.('ready');
const [message] = await once(process, 'message');
process.exitCode = options === undefined ? 1 : await runSuite(options, message as SuiteMessage);
process.disconnect();

async function runSuite(options: ShareOptions, { controller, prefix, folder }: SuiteMessage): Promise<number> {
  await using started = new AsyncDisposableStack();
  const bundles = await bundleFunctions({ outDir: path.join(folder, 'bundles'), defaultCountry: 'IN' });
  const world = started.adopt(await startWorld({ ...options, folder }), (each) => each.close());
  say(
    `CPU quota by cgroup ${controller.version} at ${controller.parent}. The instances speak ${world.isTls ? 'HTTPS' : 'HTTP'}.`,
  );
  const figures: Figure[] = [];
  for (const memoryMb of options.memoriesMb) {
    for (const scenario of options.scenarios) {
      const steps = await runScenario(scenario, options.rounds, { world, bundles, memoryMb, controller, prefix });
      figures.push(...steps.map((step) => ({ memoryMb, step })));
    }
  }
  say(`\n${figuresTable(figures)}`);
  say(`\n${costTable(figures)}`);
  return figures.every(({ step }) => step.problems.length === 0) ? 0 : 1;
}

/** Runs a scenario's rounds, each with an empty table and cold instances, and reports the results of its events. */
async function runScenario(
  scenario: Scenario,
  rounds: number,
  options: Omit<StageOptions, 'table'>,
): Promise<readonly Step[]> {
  const title = `${options.memoryMb} MB, ${scenario.name}`;
  const roundsHere = Math.ceil(rounds * scenario.share);
  const steps: Step[] = [];
  let repeated = 0;
  const show = showProgress(`${title}: rounds`, roundsHere);
  for (let round = 1; round <= roundsHere; round += 1) {
    const ofRound = await runRound(scenario, options);
    const isBusy = ofRound.some(({ storeMs, problems }) => problems.length > 0 && storeMs > MAX_STORE_MS);
    if (isBusy && repeated < MAX_REPEATED_ROUNDS) {
      repeated += 1;
      round -= 1;
    } else {
      steps.push(...ofRound);
      show(round);
    }
  }
  const wrong = steps.filter(({ problems }) => problems.length > 0);
  say(`${title}: ${steps.length - wrong.length} of ${steps.length} events are right`);
  if (repeated > 0) say(`  ${repeated} rounds were repeated: the machine was too busy for DynamoDB's fake`);
  for (const { title: event, tookMs, storeMs, problems } of wrong) {
    say(`  WRONG: ${event}, ${Math.round(tookMs)} ms, DynamoDB ${Math.round(storeMs)} ms: ${problems.join('; ')}`);
  }
  return steps;
}

async function runRound({ name, run }: Scenario, options: Omit<StageOptions, 'table'>): Promise<readonly Step[]> {
  const stage = new Stage({ ...options, table: await options.world.openTable() });
  try {
    await run(stage);
  } catch (error) {
    const problems = [(error as Error).message];
    stage.steps.push({ title: `${name}, ended early`, tookMs: 0, cpuMs: 0, storeMs: 0, problems });
  } finally {
    await stage.close();
  }
  return stage.steps;
}
