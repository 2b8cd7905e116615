import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PATIENT } from '../support/patience.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './program.ts';

async function invoke(args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const program = run('local/invoke.ts', args, { ...PATIENT, ...settings });
  const code = await program.exit;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

describe('npm run invoke', () => {
  test('prints status line, headers and body of a reply', async () => {
    const { code, stdout, stderr } = await invoke(['events/http/refused-unknown-parameter.json']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head = '', body = ''] = stdout.split('\n\n');
    expect(head.split('\n')).toEqual([
      '400 Bad Request',
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Content-Type: application/problem+json',
      'Cache-Status: lookaside; detail=unknown_parameter',
    ]);
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'unknown_parameter' });
  });

  test('takes a file of yours in a folder of the same name, also with a byte order mark', async () => {
    const folder = path.join(temporaryFolder(), 'http');
    await mkdir(folder);
    const file = path.join(folder, 'own.json');
    await writeFile(file, `\uFEFF${await readFile('events/http/health.json', 'utf8')}`);
    expect(await invoke([file])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^200 OK\n/), stderr: '' });
  });

  test('prints the result of a direct invocation with a real look-up', async () => {
    const { code, stdout } = await invoke(['events/invoke/found-id-of-64-bits.json']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^\{"kind":"found","customer":\{"id":9007199254740993,/);
  });

  test('prints the reply of cache administration', async () => {
    const { code, stdout } = await invoke(['events/invalidate/purge-customer.json']);

    expect(code).toBe(0);
    expect(stdout.split('\n\n')).toEqual([expect.stringMatching(/^200 OK\n/), '{"purged":0}\n']);
  });

  test('accepts settings as npm start does', async () => {
    const { stdout } = await invoke(['events/http/dual-primary-alone.json'], {
      PRIMARY_IDENTIFIER: 'mobile',
      LOG_LEVEL: 'INFO',
    });

    expect(stdout).toMatch(/^200 OK$/m);
    expect(stdout).toMatch(/^\{"level":"INFO"/m);
  });

  test('prints its usage if it is asked for it', async () => {
    expect(await invoke(['--help'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Usage: npm run invoke -- /),
      stderr: '',
    });
  });

  test('prints in one message its usage, or the wrong setting', async () => {
    const results = await Promise.all([
      invoke([]),
      invoke(['events/http/health.json', 'events/http/health.json']),
      invoke(['package.json']),
      invoke(['events/http']),
      invoke(['events/http/no-such-file.json']),
      invoke(['events/http/health.json'], { FRESH_SECONDS: 'soon' }),
    ]);

    expect(results.map(({ code, stdout }) => ({ code, stdout }))).toEqual(results.map(() => ({ code: 1, stdout: '' })));
    const usage = 'Usage: npm run invoke -- events/http/<case>.json, or a file of events/invoke or events/invalidate\n';
    expect(results.map(({ stderr }) => stderr)).toEqual([
      usage,
      usage,
      `package.json lies in none of events/http, events/invoke, events/invalidate: the folder says which function it is for. ${usage}`,
      `events/http is a folder; give a file in it. ${usage}`,
      `events/http/no-such-file.json cannot be read (ENOENT). ${usage}`,
      expect.stringMatching(/^Wrong settings\. FRESH_SECONDS is "soon"; [^\n]*\n$/),
    ]);
  });
});
