import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

/** A clone before `npm ci`, as far as its scripts need it. */
const folder = mkdtempSync(path.join(tmpdir(), 'lookaside-clone-'));
mkdirSync(path.join(folder, 'local'));
for (const file of ['package.json', 'local/run.sh']) cpSync(file, path.join(folder, file));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['start', []],
  ['invoke', ['--', 'events/http/not-found.json']],
])('before npm ci, npm run %s says what to do', (script, args) => {
  const { status, stderr, stdout } = spawnSync('npm', ['run', '--silent', script, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect({ status, stderr, stdout }).toEqual({
    status: 1,
    stderr: 'Nothing is installed here yet. Run npm ci, then this command again.\n',
    stdout: '',
  });
});
