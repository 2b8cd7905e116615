import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The memory at which Lambda gives one whole vCPU. The share of a vCPU is `memoryMb / 1769`. MB. */
const MEMORY_OF_ONE_VCPU_MB = 1769;

/** The kernel hands the quota out anew after each period. Lambda's own period. Microseconds. */
const PERIOD_US = 20_000;

/** How much a group weighs, at ten times the default: the quota must limit it, and not the machine's other work. */
const WEIGHT_V1 = '10240';
const WEIGHT_V2 = '1000';

/** A place on this machine where groups of processes with a CPU quota may be made. */
export interface CpuController {
  readonly version: 'v1' | 'v2';
  /** The folder of the group that new groups go into. */
  readonly parent: string;
}

/** Processes that share one CPU quota. */
export interface CpuGroup {
  /** Puts a process into the group, with all its threads. */
  add(pid: number): void;
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
 * @throws {Error} the file system's own error, if this user may not
 */
export function createCpuGroup({ version, parent }: CpuController, name: string, memoryMb: number): CpuGroup {
  const folder = path.join(parent, name);
  if (version === 'v2') handDownCpu(parent);
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
    remove: () => rmdirSync(folder),
  };
}

function filesOfV1(memoryMb: number): Readonly<Record<string, string>> {
  return {
    'cpu.cfs_period_us': `${PERIOD_US}`,
    'cpu.cfs_quota_us': `${quotaUs(memoryMb)}`,
    'cpu.shares': WEIGHT_V1,
  };
}

function filesOfV2(memoryMb: number): Readonly<Record<string, string>> {
  return { 'cpu.max': `${quotaUs(memoryMb)} ${PERIOD_US}`, 'cpu.weight': WEIGHT_V2 };
}

/** In v2, a group has the files of a controller only if its parent hands the controller down. It stays so. */
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
