import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** Code that says at the end of a process where compiled code is kept. */
const TELLING = `data:text/javascript,${encodeURIComponent(`
  import { getCompileCacheDir } from 'node:module';
  process.once('exit', () => console.error(getCompileCacheDir()));
`)}`;

test.each(['cli/lookaside.js', 'local/main.ts'])('%s keeps its compiled code in .cache/node', (file) => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', TELLING, join(ROOT, file), '--help'], {
    // It does not depend on the folder in which it starts, and needs nothing from the environment.
    cwd: '/',
    env: {},
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, expect.stringContaining(join(ROOT, '.cache/node') + sep)]);
  expect(existsSync(stderr.trim())).toBe(true);
});
