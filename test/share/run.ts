/**
 * Runs the deployed bundles as Lambda does, at the CPU share of several memory sizes: `npm run test:share`.
 * AWS's own runtime client loads them. Init runs at full speed. Then a cgroup quota limits the process to
 * `memoryMb / 1769` of one CPU, and events come one at a time. This needs a cgroup (v1 or v2) that this user may write,
 * as root may, and what builds the runtime client. Without them the run says so and tests nothing: it ends with 0, but
 * with 1 on a CI service (`CI` is set).
 * The suite is a process of its own (`suite.ts`), in a group with precedence over the machine's other work: it holds
 * the fakes. However the suite ends, this process ends the remaining processes of the groups, and removes the groups.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { say } from '../../bench/progress.ts';
import { runtimeClient } from '../runtime/runtime-client.ts';
import { install } from '../support/installable.ts';
import { type CpuController, createCpuGroup } from './cpu-share.ts';
import { endGroups } from './end-groups.ts';
import { readOptions, USAGE } from './options.ts';
import { findCpuController } from './quota-probe.ts';
import type { SuiteMessage } from './suite.ts';

const options = readOptions(process.argv.slice(2));
if (options === undefined) {
  say(USAGE);
  process.exitCode = process.argv.includes('--help') ? 0 : 1;
} else {
  const controller = await findCpuController();
  const problem = await install(runtimeClient);
  if (problem !== undefined) process.exitCode = skip(`there is no ${runtimeClient.name}`, [problem]);
  else if ('reasons' in controller) process.exitCode = skip('no CPU quota can be set', controller.reasons);
  else process.exitCode = await runSuite(controller);
}

function skip(lack: string, reasons: readonly string[]): number {
  say(`SKIPPED: NOTHING WAS TESTED. On this machine ${lack}:`);
  for (const reason of reasons) say(`  ${reason}`);
  return process.env.CI ? 1 : 0;
}

async function runSuite(controller: CpuController): Promise<number> {
  const prefix = `lookaside-share-${process.pid}`;
  const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-share-'));
  const group = createCpuGroup(controller, prefix, undefined);
  // The suite gets it too, from the terminal; this process outlives the suite, to remove the groups.
  process.on('SIGINT', () => undefined);
  try {
    const suite = fork(path.join(import.meta.dirname, 'suite.ts'), process.argv.slice(2), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    process.on('SIGTERM', () => suite.kill('SIGTERM'));
    const ended = once(suite, 'exit');
    await once(suite, 'message');
    if (suite.pid !== undefined) group.add(suite.pid);
    suite.send({ controller, prefix, folder } satisfies SuiteMessage);
    const [code] = await ended;
    return typeof code === 'number' ? code : 1;
  } finally {
    await endGroups(controller, prefix);
    await rm(folder, { recursive: true });
  }
}
