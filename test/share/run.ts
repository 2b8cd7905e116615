/**
 * Runs the deployed bundles as Lambda does, at the CPU share of several memory sizes: `npm run test:share`.
 *
 * Init runs at full speed. Then a cgroup quota holds the process to `memoryMb / 1769` of one CPU, and events come one at a
 * time. This needs a cgroup (v1 or v2) that this user may write. Without one the run says so and tests nothing: it ends
 * with 0, but with 1 on a CI service (`CI` is set).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleFunctions } from '../../infra/bundle.ts';
import { type Figure, figuresTable } from './figures.ts';
import { findCpuController } from './quota-probe.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { Stage, type StageOptions } from './stage.ts';
import { startWorld } from './world.ts';

const USAGE = `Usage: npm run test:share -- [options]
  --memory MB,MB      the memory sizes (256,512,1024,1769)
  --rounds N          how many cold starts each scenario has; batches have half as many (6)
  --scenario NAME     only those whose name begins so: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --upstream-ms N     how long the upstream takes (200)
  --plain             HTTP instead of HTTPS to everything that an instance talks to`;

const { values } = parseArgs({
  options: {
    memory: { type: 'string', default: '256,512,1024,1769' },
    rounds: { type: 'string', default: '6' },
    scenario: { type: 'string', default: '' },
    'upstream-ms': { type: 'string', default: '200' },
    plain: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) say(USAGE);
else process.exitCode = await main();

async function main(): Promise<number> {
  const memoriesMb = values.memory.split(',').map(Number);
  const rounds = Number(values.rounds);
  const upstreamMs = Number(values['upstream-ms']);
  const scenarios = SCENARIOS.filter(({ name }) => name.startsWith(values.scenario));
  if (![...memoriesMb, rounds, upstreamMs].every((number) => number > 0) || scenarios.length === 0) {
    say(USAGE);
    return 1;
  }
  const controller = await findCpuController();
  if ('reasons' in controller) {
    say('SKIPPED: NOTHING WAS TESTED. On this machine no CPU quota can be set:');
    for (const reason of controller.reasons) say(`  ${reason}`);
    say('Run it as root, or where a cgroup is delegated to this user.');
    return process.env.CI ? 1 : 0;
  }

  hurry();
  await using started = new AsyncDisposableStack();
  const outDir = await mkdtemp(path.join(tmpdir(), 'lookaside-share-bundles-'));
  started.defer(() => rm(outDir, { recursive: true, force: true }));
  const bundles = await bundleFunctions({ outDir, defaultCountry: 'IN' });
  const world = started.adopt(await startWorld({ upstreamMs, isPlain: values.plain }), (each) => each.close());
  say(
    `CPU quota by cgroup ${controller.version} at ${controller.parent}. The instances speak ${world.isTls ? 'HTTPS' : 'HTTP'}.`,
  );

  const figures: Figure[] = [];
  for (const memoryMb of memoriesMb) {
    for (const scenario of scenarios) {
      figures.push(...(await runScenario(scenario, rounds, { world, bundles, memoryMb, controller })));
    }
  }
  say(`\n${figuresTable(figures)}`);
  return figures.every(({ step }) => step.problems.length === 0) ? 0 : 1;
}

/** Runs a scenario's rounds, each with an empty table and cold instances, and says how its events went. */
async function runScenario(
  { name, share, run }: Scenario,
  rounds: number,
  options: Omit<StageOptions, 'table'>,
): Promise<readonly Figure[]> {
  const { world, memoryMb } = options;
  const roundsHere = Math.ceil(rounds * share);
  const figures: Figure[] = [];
  for (let round = 1; round <= roundsHere; round += 1) {
    showProgress(`${memoryMb} MB, ${name}: round ${round} of ${roundsHere}`);
    const stage = new Stage({ ...options, table: await world.openTable() });
    try {
      await run(stage);
    } catch (error) {
      // The rest of this round cannot be told; the other rounds can.
      stage.steps.push({ title: `${name}, ended early`, tookMs: 0, cpuMs: 0, problems: [(error as Error).message] });
    } finally {
      await stage.close();
    }
    figures.push(...stage.steps.map((step) => ({ memoryMb, step })));
  }
  const wrong = figures.filter(({ step }) => step.problems.length > 0);
  say(`${memoryMb} MB, ${name}: ${figures.length - wrong.length} of ${figures.length} events are right`);
  for (const { step } of wrong) {
    say(`  WRONG: ${step.title}, ${Math.round(step.tookMs)} ms: ${step.problems.join('; ')}`);
  }
  return figures;
}

/** Goes ahead of the machine's other work, with all that it starts: a fake that waits for a CPU is no DynamoDB. */
function hurry(): void {
  try {
    setPriority(-15);
  } catch {
    // Only root may. It is slower then, and no less right.
  }
}

function say(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? '\r\x1b[K' : ''}${text}\n`);
}

/** Where it stands, on a terminal. A log needs the results alone. */
function showProgress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}`);
}
