import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The memory at which Lambda gives one whole vCPU. The share of a vCPU is `memoryMb / 1769`. MB. */
const MEMORY_OF_ONE_VCPU_MB = 1769;

/** The kernel gives out the quota again after each period. Lambda's own period. Microseconds. */
const PERIOD_US = 20_000;

/**
 * How much a group weighs against the machine's other work. The quota must limit an instance, and not that work: ten
 * times the default. A fake that waits for a CPU does not behave like DynamoDB, so it has a hundred times the default.
 */
const WEIGHTS = { v1: { quota: '10240', noQuota: '102400' }, v2: { quota: '1000', noQuota: '10000' } } as const;

/** A place on this machine where groups of processes with a CPU quota may be made. */
export interface CpuController {
  readonly version: 'v1' | 'v2';
  /** The folder of the group that new groups go into. */
  readonly parent: string;
}

/** Processes that share one CPU quota, or that have none and go ahead of others. */
export interface CpuGroup {
  /** Puts a process into the group, with all its threads. The processes that it starts later are in the group too. */
  add(pid: number): void;
  /** The processes that are in the group. */
  processes(): readonly number[];
  /** Removes the group. Its processes must have ended. */
  remove(): void;
}

/** How much of each period a function of this memory may compute. Microseconds. */
export function quotaUs(memoryMb: number): number {
  return Math.floor((PERIOD_US * memoryMb) / MEMORY_OF_ONE_VCPU_MB);
}

/**
 * Makes a group whose processes together compute as much as Lambda lets a function of this memory.
 *
 * @param name the group's name in its parent
 * @param memoryMb undefined: no quota, and ahead of all groups that have one
 * @throws {Error} the file system's own error, if this user may not
 */
export function createCpuGroup(controller: CpuController, name: string, memoryMb: number | undefined): CpuGroup {
  const { version, parent } = controller;
  const group = openCpuGroup(controller, name);
  if (version === 'v2') handDownCpu(parent);
  mkdirSync(path.join(parent, name));
  try {
    for (const [file, value] of Object.entries(FILES[version](memoryMb))) {
      writeFileSync(path.join(parent, name, file), value);
    }
  } catch (error) {
    group.remove();
    throw error;
  }
  return group;
}

/** An existing group. */
export function openCpuGroup({ parent }: CpuController, name: string): CpuGroup {
  const folder = path.join(parent, name);
  const processesFile = path.join(folder, 'cgroup.procs');
  return {
    add: (pid) => writeFileSync(processesFile, `${pid}`),
    processes: () => readFileSync(processesFile, 'utf8').split('\n').filter(Boolean).map(Number),
    remove: () => rmdirSync(folder),
  };
}

/** The values that are written into a new group. */
const FILES: Readonly<
  Record<CpuController['version'], (memoryMb: number | undefined) => Readonly<Record<string, string>>>
> = {
  v1: (memoryMb) => ({
    'cpu.cfs_period_us': `${PERIOD_US}`,
    'cpu.cfs_quota_us': memoryMb === undefined ? '-1' : `${quotaUs(memoryMb)}`,
    'cpu.shares': memoryMb === undefined ? WEIGHTS.v1.noQuota : WEIGHTS.v1.quota,
  }),
  v2: (memoryMb) => ({
    'cpu.max': `${memoryMb === undefined ? 'max' : quotaUs(memoryMb)} ${PERIOD_US}`,
    'cpu.weight': memoryMb === undefined ? WEIGHTS.v2.noQuota : WEIGHTS.v2.quota,
  }),
};

/** In v2, a group has the files of a controller only if its parent passes the controller on. This stays so. */
function handDownCpu(parent: string): void {
  const file = path.join(parent, 'cgroup.subtree_control');
  if (!words(readFileSync(file, 'utf8')).includes('cpu')) writeFileSync(file, '+cpu');
}

/**
 * The places where groups might be made: v1 before v2; in each, the group of this process, the one above it, and the
 * topmost. Whether this user may make them, and whether their quota holds, is for `quota-probe.ts` to find out.
 *
 * @param root where the cgroup file systems are mounted. Default: /sys/fs/cgroup
 * @param own the file that says in which groups this process is. Default: /proc/self/cgroup
 */
export function cpuControllers(root = '/sys/fs/cgroup', own = '/proc/self/cgroup'): readonly CpuController[] {
  const groups = existsSync(own) ? readFileSync(own, 'utf8').split('\n') : [];
  const v1 = ['cpu', 'cpu,cpuacct'].flatMap((mount) =>
    placesBelow(path.join(root, mount), ownGroup(groups, 'cpu'), 'cpu.cfs_quota_us').map((parent) => ({
      version: 'v1' as const,
      parent,
    })),
  );
  const v2 = placesBelow(root, ownGroup(groups, ''), 'cgroup.controllers')
    .filter((parent) => words(readFileSync(path.join(parent, 'cgroup.controllers'), 'utf8')).includes('cpu'))
    .map((parent) => ({ version: 'v2' as const, parent }));
  return [...v1, ...v2];
}

/** The path of this process's group in the hierarchy of this controller; v2's only hierarchy names none. */
function ownGroup(groups: readonly string[], controller: string): string {
  for (const line of groups) {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (group !== undefined && controllers?.split(',').includes(controller)) return group;
  }
  return '/';
}

/** The group, the one above it, and the mount itself, as far as they have this file. */
function placesBelow(mount: string, group: string, file: string): readonly string[] {
  const own = path.join(mount, group);
  const places = new Set([own, path.dirname(own), mount].map((folder) => path.resolve(folder)));
  return [...places].filter((folder) => folder.startsWith(path.resolve(mount)) && existsSync(path.join(folder, file)));
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
