import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** Code that says at the end of a process where compiled code is kept, and whether Node's TypeScript compiler ran. */
const TELLING = `data:text/javascript,${encodeURIComponent(`
  import { getCompileCacheDir } from 'node:module';
  process.once('exit', () => {
    console.error(getCompileCacheDir());
    console.error(process.moduleLoadList.includes('NativeModule internal/deps/amaro/dist/index'));
  });
`)}`;

test.each([
  // The command line does not depend on the folder in which it starts.
  ['npx lookaside', process.execPath, [join(ROOT, 'cli/lookaside.js'), '--help'], '/'],
  ['npm start', 'sh', ['local/run.sh', 'local/main.ts', '--help'], ROOT],
  ['npm run invoke', 'sh', ['local/run.sh', 'local/invoke.ts', '--help'], ROOT],
])('%s keeps its compiled code in .cache/node, and compiles nothing at its second start', (_, program, args, cwd) => {
  const start = () => {
    const env = { PATH: process.env.PATH, NODE_OPTIONS: `--import=${TELLING}` };
    return spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  };
  start();
  const { status, stderr } = start();
  const [folder = '', isCompilerLoaded] = stderr.trim().split('\n');
  expect([status, folder, isCompilerLoaded]).toEqual([
    0,
    expect.stringContaining(join(ROOT, '.cache/node') + sep),
    'false',
  ]);
  expect(existsSync(folder)).toBe(true);
});
