/**
 * Mutation testing of functions/lookup and functions/customer: `npm run test:mutation`. `npm run test:mutation -- lookup` runs
 * the parts whose name begins so. Each part of `parts.ts` runs against its own tests, because jest loads every test file for
 * every mutant. Ends with 1 if the score is below 90 %, if no part
 * has the name, or if a run of all parts leaves a file out.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { installTools } from '../support/installed-tools.ts';
import { PARTS } from './parts.ts';

const THRESHOLD = 90;
const REPORTS = '.cache/mutation';

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

const [wanted = ''] = process.argv.slice(2);
const parts = Object.entries(PARTS).filter(([name]) => name.startsWith(wanted));
if (parts.length === 0) {
  process.stderr.write(`No part begins with "${wanted}". The parts are ${Object.keys(PARTS).join(', ')}.\n`);
}
const missing = wanted === '' ? filesOfNoPart() : [];
if (missing.length > 0) process.stderr.write(`No part measures ${missing.join(', ')}.\n`);
let noticed = 0;
let all = 0;
mkdirSync(REPORTS, { recursive: true });
for (const [name, { files, tests }] of parts) {
  const tools = await installTools('mutation-tools', 'test/mutation/tools', (sentence) =>
    process.stdout.write(`${sentence}\n`),
  );
  const stryker = path.join(tools, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const report = `${REPORTS}/${name}.json`;
  rmSync(report, { force: true });
  const env = {
    ...process.env,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    MUTATION_FILES: files.map((file) => `functions/${file}`).join(' '),
    MUTATION_TESTS: tests,
    MUTATION_REPORT: report,
  };
  const child = spawn(process.execPath, [stryker, 'run', 'test/mutation/stryker.config.js'], { env, stdio: 'inherit' });
  await once(child, 'exit');
  for (const { mutants } of Object.values((JSON.parse(readFileSync(report, 'utf8')) as Report).files)) {
    for (const { status } of mutants) {
      if (status === 'Killed' || status === 'Timeout') noticed += 1;
      if (status !== 'Ignored' && status !== 'CompileError' && status !== 'RuntimeError') all += 1;
    }
  }
}
const score = (100 * noticed) / Math.max(all, 1);
process.stdout.write(`\n${noticed} of ${all} mutants were noticed: ${score.toFixed(2)} % (at least ${THRESHOLD} %)\n`);
process.exitCode = score < THRESHOLD || missing.length > 0 ? 1 : 0;

/** The files of lookup/ and customer/ that no part measures, though they hold a function or a class. */
function filesOfNoPart(): readonly string[] {
  const measured = Object.values(PARTS).flatMap(({ files }) => files.map((file) => `functions/${file}`));
  return globSync('functions/{lookup,customer}/**/*.ts').filter(
    (file) => !measured.includes(file) && /^(export )?(async )?(function|class) /m.test(readFileSync(file, 'utf8')),
  );
}
