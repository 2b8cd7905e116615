import { execFile } from 'node:child_process';
import { setTimeout as passes } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { failureOf } from './run-test.ts';
import { testsOf } from './test-api.ts';

const run = promisify(execFile);

describe('a test of the mutation test', () => {
  // In a process of its own, because jest always waits for a timer.
  test.each([
    ['it waits for what cannot come', '', 'new Promise(() => undefined)', 'The test waits for ever.'],
    [
      'it does not, if a timer or a file comes later',
      '',
      'passes(500).then(() => readFile(fileURLToPath(url)))',
      'undefined',
    ],
    [
      'it does, though Stryker has a connection open',
      `const server = createServer().listen(0, '127.0.0.1');
       server.unref();
       await once(server, 'listening');
       const client = connect(server.address().port, '127.0.0.1');
       await Promise.all([once(client, 'connect'), once(server, 'connection')]);`,
      'new Promise(() => undefined)',
      'The test waits for ever.',
    ],
    [
      'it does not, if it waits for an answer',
      `const server = createServer((socket) => setTimeout(() => socket.end('late'), 500).unref()).listen(0, '127.0.0.1');
       server.unref();
       await once(server, 'listening');`,
      "once(connect(server.address().port, '127.0.0.1'), 'data')",
      'undefined',
    ],
  ])('is ended if it waits for ever: %s', async (_what, before, wait, said) => {
    const url = new URL('./run-test.ts', import.meta.url).href;
    const script = `
      import { once } from 'node:events';
      import { readFile } from 'node:fs/promises';
      import { connect, createServer } from 'node:net';
      import { setTimeout as passes } from 'node:timers/promises';
      import { fileURLToPath } from 'node:url';
      const url = ${JSON.stringify(url)};
      const { failureOf } = await import(url);
      ${before}
      console.log(await failureOf(() => ${wait}));
      process.exit();`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim()).toBe(said);
  });

  test.each<[string, () => unknown]>([
    ['returns', () => undefined],
    ['resolves', async () => undefined],
    ['waits for a timer', () => passes(1)],
  ])('passes if it %s', async (_what, body) => {
    expect(await failureOf(body)).toBeUndefined();
  });

  test.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new TypeError('a bug');
      },
      'a bug',
    ],
    ['rejects', () => Promise.reject(new TypeError('a bug')), 'a bug'],
    ['rejects with something else', () => Promise.reject('a text'), 'a text'],
  ])('fails if it %s', async (_what, body, failure) => {
    expect(await failureOf(body)).toBe(failure);
  });
});

test('a file declares its tests by their titles, and one for each row of a table', async () => {
  const api = await import('./test-api.ts');
  const tests = await testsOf('a.test.ts', async () => {
    api.test('alone', () => undefined);
    api.describe('a group', () => {
      api.describe.each(['x', 'y'])('of %s', () => {
        api.test.each([[1, 2]])('%i and %i', (one: number, other: number) => api.expect(one).toBe(other));
      });
    });
  });
  expect(tests.map(({ id }) => id)).toEqual([
    'a.test.ts alone',
    'a.test.ts a group of x 1 and 2',
    'a.test.ts a group of y 1 and 2',
  ]);
  expect(await failureOf(tests[0]!.body)).toBeUndefined();
  expect(await failureOf(tests[1]!.body)).toMatch('Expected: 2');
  expect(await testsOf('b.test.ts', async () => undefined)).toEqual([]);
});
