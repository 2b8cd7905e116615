import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cpuControllers, createCpuGroup, openCpuGroup, quotaUs } from './cpu-share.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cgroups-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Files below the root, as the kernel would show them. */
function make(files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
}

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

test.each([
  [128, 1447],
  [256, 2894],
  [512, 5788],
  [1024, 11_577],
  [1769, 20_000],
  [3538, 40_000],
])('%i MB may compute %i µs of each 20,000', (memoryMb, us) => {
  expect(quotaUs(memoryMb)).toBe(us);
});

describe('the folders of a CPU quota', () => {
  const controllers = () => {
    const found = cpuControllers(root, path.join(root, 'own'));
    return found.map(({ version, parent }) => `${version} ${path.relative(root, parent)}`);
  };

  test.each<[string, Record<string, string>, string[]]>([
    ['none if nothing is mounted', {}, []],
    ['none if there is no controller of the CPU', { 'cgroup.controllers': 'memory pids', own: '0::/\n' }, []],
    ['v1 alone', { 'cpu/cpu.cfs_quota_us': '-1', own: '1:cpu:/\n0::/\n' }, ['v1 cpu']],
    ['v1 beside another controller', { 'cpu,cpuacct/cpu.cfs_quota_us': '-1' }, ['v1 cpu,cpuacct']],
    [
      'v1, in the own group first',
      { 'cpu/cpu.cfs_quota_us': '-1', 'cpu/a/b/cpu.cfs_quota_us': '-1', own: '4:cpuset:/\n3:cpuacct,cpu:/a/b\n' },
      ['v1 cpu/a/b', 'v1 cpu'],
    ],
    ['v2 alone', { 'cgroup.controllers': 'cpuset cpu io', own: '0::/\n' }, ['v2 ']],
    [
      'v2, in the own group and the one above it',
      { 'cgroup.controllers': 'cpu', 'u/cgroup.controllers': 'cpu', 'u/s/cgroup.controllers': 'cpu', own: '0::/u/s\n' },
      ['v2 u/s', 'v2 u', 'v2 '],
    ],
    [
      'v1 before v2',
      { 'cgroup.controllers': 'cpu', 'cpu/cpu.cfs_quota_us': '-1', own: '0::/\n1:cpu:/\n' },
      ['v1 cpu', 'v2 '],
    ],
    ['nothing outside the mount', { 'cpu/cpu.cfs_quota_us': '-1', own: '1:cpu:/../..\n' }, ['v1 cpu']],
  ])('%s', (_, files, expected) => {
    make(files);
    expect(controllers()).toEqual(expected);
  });
});

describe('a group', () => {
  test('of v1 has its quota, its period and a weight, and accepts processes', () => {
    make({ 'cpu/cpu.cfs_quota_us': '-1' });
    const group = createCpuGroup({ version: 'v1', parent: path.join(root, 'cpu') }, 'g', 512);
    group.add(4711);
    expect(read('cpu/g/cpu.cfs_period_us')).toBe('20000');
    expect(read('cpu/g/cpu.cfs_quota_us')).toBe('5788');
    expect(read('cpu/g/cpu.shares')).toBe('10240');
    expect(read('cpu/g/cgroup.procs')).toBe('4711');
  });

  test('of v2 has its quota and a weight, from a parent that passes the controller on', () => {
    make({ 'cgroup.controllers': 'cpu memory', 'cgroup.subtree_control': 'memory\n' });
    const group = createCpuGroup({ version: 'v2', parent: root }, 'g', 256);
    group.add(4711);
    expect(read('cgroup.subtree_control')).toBe('+cpu');
    expect(read('g/cpu.max')).toBe('2894 20000');
    expect(read('g/cpu.weight')).toBe('1000');
    expect(read('g/cgroup.procs')).toBe('4711');
  });

  test.each([
    ['v1', { 'cpu.cfs_quota_us': '-1', 'cpu.cfs_period_us': '20000', 'cpu.shares': '102400' }],
    ['v2', { 'cpu.max': 'max 20000', 'cpu.weight': '10000' }],
  ] as const)('of %s without a quota has precedence over those that have one', (version, expected) => {
    make({ 'cgroup.subtree_control': 'cpu' });
    createCpuGroup({ version, parent: root }, 'g', undefined);
    for (const [file, value] of Object.entries(expected)) expect(read(path.join('g', file))).toBe(value);
  });

  test('that exists lists its processes', () => {
    make({ 'g/cgroup.procs': '17\n4711\n', 'h/cgroup.procs': '' });
    expect(openCpuGroup({ version: 'v1', parent: root }, 'g').processes()).toEqual([17, 4711]);
    expect(openCpuGroup({ version: 'v1', parent: root }, 'h').processes()).toEqual([]);
  });

  test('of v2 does not change a parent that passes the controller on already', () => {
    make({ 'cgroup.subtree_control': 'cpu memory\n' });
    createCpuGroup({ version: 'v2', parent: root }, 'g', 256);
    expect(read('cgroup.subtree_control')).toBe('cpu memory\n');
  });

  test('that cannot be made leaves nothing behind', () => {
    const parent = path.join(root, 'not-there');
    expect(() => createCpuGroup({ version: 'v1', parent }, 'g', 512)).toThrow('ENOENT');
    expect(() => createCpuGroup({ version: 'v2', parent }, 'g', 512)).toThrow('ENOENT');
    expect(existsSync(parent)).toBe(false);
  });
});
