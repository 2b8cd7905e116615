/**
 * Mutation testing of functions/lookup, functions/customer, functions/invalidate, functions/adapters/capillary,
 * functions/rest, functions/batch, the stored items and the replies of AWS: `npm run test:mutation`. `npm run
 * test:mutation -- lookup` runs the parts whose name begins so. Each part of `parts.ts` runs against its own tests, by
 * `test-runner.ts`. Ends with 1 if the score of a part is too low (`leastOf`), and with 2 if no part has the name.
 * `parts.test.ts` holds that the parts leave no other file of these folders out.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { leftOf } from '../../cli/progress.ts';
import { refuse } from '../../scripts/script-options.ts';
import { installTools } from '../support/installed-tools.ts';
import { PARTS, type Part } from './parts.ts';
import { type PartScore, scoresTable, tooLow } from './scores.ts';

const REPORTS = '.cache/mutation';

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

const [wanted = ''] = process.argv.slice(2);
const parts = Object.entries(PARTS).filter(([name]) => name.startsWith(wanted));
if (parts.length === 0) {
  refuse(`No part begins with "${wanted}".`, `The parts are ${Object.keys(PARTS).join(', ')}.`);
}
const scores = await measure(parts);
process.stdout.write(`\n${scoresTable(scores)}\n`);
const low = tooLow(scores);
if (low.length > 0) process.stdout.write(`Too low: ${low.join(', ')}.\n`);
process.exitCode = low.length > 0 ? 1 : 0;

async function measure(chosen: readonly (readonly [string, Part])[]): Promise<readonly PartScore[]> {
  const tools = await installTools('mutation-tools', 'test/mutation/tools', (sentence) =>
    process.stdout.write(`${sentence}\n`),
  );
  const stryker = path.join(tools, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  mkdirSync(REPORTS, { recursive: true });
  const measured: PartScore[] = [];
  const startedAt = performance.now();
  for (const [index, [name, part]] of chosen.entries()) {
    const eachMs = (performance.now() - startedAt) / index;
    const left = index === 0 ? '' : `, ${leftOf(eachMs * (chosen.length - index))} left`;
    process.stdout.write(`\n=== ${name}, ${index + 1} of ${chosen.length}${left}\n`);
    measured.push({ name, ...(await runStryker(stryker, name, part)) });
  }
  return measured;
}

async function runStryker(stryker: string, name: string, { files, tests }: Part): Promise<Omit<PartScore, 'name'>> {
  const report = `${REPORTS}/${name}.json`;
  rmSync(report, { force: true });
  const env = {
    PROPERTY_ENDS_ON_FAILURE: '1',
    ...process.env,
    MUTATION_FILES: files.map((file) => `functions/${file}`).join(' '),
    MUTATION_TEST_FILES: globSync(`test/functions/${tests}.test.ts`).join(' '),
    MUTATION_REPORT: report,
  };
  const child = spawn(process.execPath, [stryker, 'run', 'test/mutation/stryker.config.js'], { env, stdio: 'inherit' });
  await once(child, 'exit');
  const reported = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const statuses = Object.values(reported.files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...wantedStatuses: readonly string[]) =>
    statuses.filter((status) => wantedStatuses.includes(status)).length;
  return {
    noticed: count('Killed', 'Timeout'),
    timedOut: count('Timeout'),
    all: statuses.length - count('Ignored', 'CompileError', 'RuntimeError'),
  };
}
