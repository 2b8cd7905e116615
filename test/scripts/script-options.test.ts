import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** The scripts that are a program of ours. What another program takes, such as jest or schemathesis, it checks itself. */
const OURS = Object.entries(scripts).flatMap(([name, command]) => {
  const [, file] = /^(?:exec )?node (\S+\.[jt]s)(?: \w+)?$/.exec(command) ?? [];
  return file === undefined ? [] : [[name, file, command.split(' ').at(-1)] as const];
});

test('most scripts are a program of ours', () => {
  expect(OURS.length).toBeGreaterThan(15);
});

// A script that takes any option would work for minutes here.
test.each(OURS)('npm run %s -- --no-such-option is refused in words, and at once', async (_name, file, last) => {
  const subcommand = last === file ? [] : [String(last)];
  const child = spawn(process.execPath, [file, ...subcommand, '--no-such-option'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    // Compiled code is kept and not compiled again.
    env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning', NODE_COMPILE_CACHE: '.cache/node' },
  });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  expect([1, 2]).toContain(exitCode);
  expect(stdout + stderr).toMatch(/--no-such-option|Usage: /);
  expect(stdout + stderr).not.toMatch(/^ {4}at /m);
});

test('npm run bench -- --help says its parts, and a part that it does not have ends it with 2', async () => {
  const run = async (word: string) => {
    const child = spawn(process.execPath, ['bench/run.ts', word], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { exitCode, stdout, stderr };
  };
  const usage = expect.stringMatching(/Usage: npm run bench -- \[cold\] \[warm\]/);
  expect(await run('--help')).toEqual({ exitCode: 0, stdout: usage, stderr: '' });
  expect(await run('lukewarm')).toEqual({ exitCode: 2, stdout: '', stderr: usage });
});

test('a script ends without an error when the reader of its output is gone', async () => {
  const script = `
    import { scriptOptions } from ${JSON.stringify(new URL('../../scripts/script-options.ts', import.meta.url).href)};
    scriptOptions('bundle:report');
    setInterval(() => console.log('a line'), 1);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  const [stderr, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
    once(child.stdout, 'data').then(() => child.stdout.destroy()),
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});
