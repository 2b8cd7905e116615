/**
 * Runs the deployed bundles as Lambda does, at the CPU share of several memory sizes: `npm run test:share`.
 *
 * Init runs at full speed; then a cgroup quota holds the process to `memoryMb / 1769` of one CPU, and events come one at a
 * time. Needs a cgroup (v1 or v2) that this user may write. Without, it says so and ends well, but for a CI service
 * (`CI` is set), where it fails.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleFunctions } from '../../infra/bundle.ts';
import { type CpuController, findCpuController } from './cpu-share.ts';
import { type Figure, figuresTable } from './figures.ts';
import { SCENARIOS } from './scenarios.ts';
import { Stage } from './stage.ts';
import { startWorld } from './world.ts';

const USAGE = `Usage: npm run test:share -- [options]
  --memory MB,MB      the memory sizes (256,512,1024,1769)
  --rounds N          how many cold starts each scenario has (6)
  --scenario NAME     only those whose name begins so: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --upstream-ms N     how long the upstream takes (200)
  --plain             HTTP instead of HTTPS to everything that an instance talks to
`;

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
  const controller = findCpuController();
  if ('reasons' in controller) {
    say('SKIPPED: NOTHING WAS TESTED. This machine lets this user set no CPU quota:');
    for (const reason of controller.reasons) say(`  ${reason}`);
    say('Run it as root, or where a cgroup is delegated to this user.');
    return process.env.CI ? 1 : 0;
  }
  return test(controller);
}

async function test(controller: CpuController): Promise<number> {
  hurry();
  const rounds = Number(values.rounds);
  const memories = values.memory.split(',').map(Number);
  const scenarios = SCENARIOS.filter(({ name }) => name.startsWith(values.scenario));
  const outDir = await mkdtemp(path.join(tmpdir(), 'lookaside-share-bundles-'));
  const figures: Figure[] = [];
  try {
    const bundles = await bundleFunctions({ outDir, defaultCountry: 'IN' });
    const world = await startWorld({ upstreamMs: Number(values['upstream-ms']), isPlain: values.plain });
    try {
      say(`cgroup ${controller.version} at ${controller.parent}; ${world.isTls ? 'HTTPS' : 'HTTP'} to all others.`);
      for (const memoryMb of memories) {
        for (const { name, share, run } of scenarios) {
          const steps = [];
          const roundsHere = Math.ceil(rounds * share);
          for (let round = 1; round <= roundsHere; round += 1) {
            progress(`${memoryMb} MB, ${name}: round ${round} of ${roundsHere}`);
            const stage = new Stage({ world, table: await world.openTable(), bundles, memoryMb, controller });
            try {
              await run(stage);
            } finally {
              await stage.close();
            }
            steps.push(...stage.steps);
          }
          figures.push(...steps.map((step) => ({ memoryMb, step })));
          const wrong = steps.filter(({ problems }) => problems.length > 0);
          say(`${memoryMb} MB, ${name}: ${steps.length - wrong.length} of ${steps.length} events are right`);
          for (const { title, problems, tookMs } of wrong) {
            say(`  WRONG: ${title} (${Math.round(tookMs)} ms): ${problems.join('; ')}`);
          }
        }
      }
    } finally {
      await world.close();
    }
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
  say('');
  say(figuresTable(figures));
  return figures.every(({ step }) => step.problems.length === 0) ? 0 : 1;
}

/** Goes ahead of the machine's other work, with all that it starts: a fake that waits for a CPU is no DynamoDB. */
function hurry(): void {
  try {
    setPriority(-15);
  } catch {
    // Only root may.
  }
}

function say(line: string): void {
  const isTerminal = process.stdout.isTTY;
  process.stdout.write(`${isTerminal ? '\r\x1b[K' : ''}${line}\n`);
}

/** On a terminal, where it stands; elsewhere nothing: a log needs no more than the results. */
function progress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
}
