import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type CpuController, cpuControllers, createCpuGroup, quotaUs } from './cpu-share.ts';
import { endGroup } from './end-groups.ts';

/** The reasons why no quota can be set on this machine: one for each place that was tried. */
export interface NoCpuController {
  readonly reasons: readonly string[];
}

/** The memory size of the probe's quota. MB. */
const PROBE_MEMORY_MB = 256;
/** How much more than its quota the probe may get, because a period may have begun before the quota. */
const MAX_EXCESS = 1.5;

/** The report of the probe's process: its CPU time, as a share of the time in which it tried to compute. */
export interface ProbeMessage {
  readonly share: number;
}

/**
 * Finds a place where this user may set a CPU quota, and where the quota works: it limits a process that never rests.
 */
export async function findCpuController(): Promise<CpuController | NoCpuController> {
  const reasons: string[] = [];
  for (const controller of cpuControllers()) {
    const reason = await whyNoQuota(controller);
    if (reason === undefined) return controller;
    reasons.push(`cgroup ${controller.version} at ${controller.parent}: ${reason}`);
  }
  return { reasons: reasons.length > 0 ? reasons : ['no cgroup with a CPU controller is mounted at /sys/fs/cgroup'] };
}

/** The reason why no quota works there; undefined: it works. */
async function whyNoQuota(controller: CpuController): Promise<string | undefined> {
  try {
    const group = createCpuGroup(controller, `lookaside-probe-${process.pid}`, PROBE_MEMORY_MB);
    try {
      const share = await shareOfSpinner((pid) => group.add(pid));
      const allowed = (quotaUs(PROBE_MEMORY_MB) / quotaUs(1769)) * MAX_EXCESS;
      return share <= allowed ? undefined : `the quota does not hold: ${share.toFixed(2)} of a CPU was computed`;
    } finally {
      await endGroup(group);
    }
  } catch (error) {
    return (error as Error).message;
  }
}

async function shareOfSpinner(hold: (pid: number) => void): Promise<number> {
  const child = fork(path.join(import.meta.dirname, 'spinner.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  try {
    await once(child, 'message');
    hold(child.pid ?? 0);
    child.send('spin');
    const [message] = await once(child, 'message');
    return (message as ProbeMessage).share;
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
