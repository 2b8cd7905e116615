import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The memory at which Lambda gives one whole vCPU. The share of a vCPU is `memoryMb / 1769`. MB. */
const MEMORY_OF_ONE_VCPU_MB = 1769;

/** After each period the kernel hands the quota out anew. Microseconds: Lambda's own period. */
const PERIOD_US = 20_000;

/** How much the group weighs against other work on this machine: its quota must limit it, and not that work. */
const WEIGHT_OF_OTHERS_V1 = 1024;
const WEIGHT_FACTOR = 10;
const WEIGHT_V2 = 1000;

/** Where groups of processes with a CPU quota can be made on this machine. */
export interface CpuController {
  readonly version: 'v1' | 'v2';
  /** The folder of the group that new groups go into. */
  readonly parent: string;
}

/** Why no quota can be set on this machine: one reason for each place that was tried. */
export interface NoCpuController {
  readonly reasons: readonly string[];
}

/** Processes that share one CPU quota. */
export interface CpuGroup {
  /** Puts a process into the group, with all its threads. */
  add(pid: number): void;
  /** In how many periods the quota was used up. */
  readonly throttledPeriods: number;
  /** Removes the group. Its processes must have ended. */
  remove(): void;
}

/** The part of each period that a function of this memory may compute. Microseconds. */
export function quotaUs(memoryMb: number): number {
  return Math.floor((PERIOD_US * memoryMb) / MEMORY_OF_ONE_VCPU_MB);
}

/**
 * Finds where this process may set a CPU quota. It makes a group at each place to see whether it works, and removes it.
 *
 * @param root where the cgroup file systems are mounted. Default: /sys/fs/cgroup
 * @param own the file that says in which groups this process is. Default: /proc/self/cgroup
 */
export function findCpuController(root = '/sys/fs/cgroup', own = '/proc/self/cgroup'): CpuController | NoCpuController {
  const reasons: string[] = [];
  for (const candidate of candidates(root, own)) {
    try {
      createCpuGroup(candidate, `lookaside-probe-${process.pid}`, MEMORY_OF_ONE_VCPU_MB).remove();
      return candidate;
    } catch (error) {
      reasons.push(`cgroup ${candidate.version} at ${candidate.parent}: ${(error as Error).message}`);
    }
  }
  return { reasons: reasons.length > 0 ? reasons : [`no cgroup with a CPU controller is mounted at ${root}`] };
}

/**
 * Makes a group whose processes together compute as much as Lambda lets a function of this memory.
 *
 * @throws {Error} the file system's own error, if it cannot
 */
export function createCpuGroup({ version, parent }: CpuController, name: string, memoryMb: number): CpuGroup {
  const folder = path.join(parent, name);
  if (version === 'v2') enableCpuBelow(parent);
  mkdirSync(folder);
  try {
    const files = version === 'v1' ? filesOfV1(memoryMb) : filesOfV2(memoryMb);
    for (const [file, value] of Object.entries(files)) writeFileSync(path.join(folder, file), value);
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return {
    add: (pid) => writeFileSync(path.join(folder, 'cgroup.procs'), `${pid}`),
    get throttledPeriods() {
      const [, periods = '0'] = /^nr_throttled (\d+)/m.exec(readFileSync(path.join(folder, 'cpu.stat'), 'utf8')) ?? [];
      return Number(periods);
    },
    remove: () => rmdirSync(folder),
  };
}

function filesOfV1(memoryMb: number): Readonly<Record<string, string>> {
  return {
    'cpu.cfs_period_us': `${PERIOD_US}`,
    'cpu.cfs_quota_us': `${quotaUs(memoryMb)}`,
    'cpu.shares': `${WEIGHT_OF_OTHERS_V1 * WEIGHT_FACTOR}`,
  };
}

function filesOfV2(memoryMb: number): Readonly<Record<string, string>> {
  return { 'cpu.max': `${quotaUs(memoryMb)} ${PERIOD_US}`, 'cpu.weight': `${WEIGHT_V2}` };
}

/** In v2, a group has the files of a controller only if its parent hands the controller down. */
function enableCpuBelow(parent: string): void {
  const file = path.join(parent, 'cgroup.subtree_control');
  if (!words(readFileSync(file, 'utf8')).includes('cpu')) writeFileSync(file, '+cpu');
}

/** Places to try: v1 before v2; in each, the process's own group, then what is above it. */
function candidates(root: string, own: string): readonly CpuController[] {
  const ownGroups = existsSync(own) ? readFileSync(own, 'utf8').split('\n') : [];
  const v1 = ['cpu', 'cpu,cpuacct'].flatMap((mount) => {
    const ownPath = pathIn(ownGroups, (controllers) => controllers.split(',').includes('cpu'));
    return placesIn(path.join(root, mount), ownPath, 'cpu.cfs_quota_us', 'v1');
  });
  const ownPath = pathIn(ownGroups, (controllers) => controllers === '');
  const v2 = placesIn(root, ownPath, 'cgroup.subtree_control', 'v2').filter(({ parent }) =>
    words(readFileSync(path.join(parent, 'cgroup.controllers'), 'utf8')).includes('cpu'),
  );
  return [...v1, ...v2];
}

/** The path of this process's group in the hierarchy with these controllers; `/` where there is none. */
function pathIn(ownGroups: readonly string[], isHierarchy: (controllers: string) => boolean): string {
  for (const line of ownGroups) {
    const [, controllers = '', group = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (line !== '' && isHierarchy(controllers)) return group;
  }
  return '/';
}

function placesIn(
  mount: string,
  ownPath: string,
  file: string,
  version: CpuController['version'],
): readonly CpuController[] {
  const parents = new Set([path.join(mount, ownPath), path.join(mount, ownPath, '..'), mount].map(withoutSlash));
  return [...parents]
    .filter((parent) => parent.startsWith(mount) && existsSync(path.join(parent, file)))
    .map((parent) => ({ version, parent }));
}

function withoutSlash(folder: string): string {
  return folder.replace(/\/$/, '');
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
