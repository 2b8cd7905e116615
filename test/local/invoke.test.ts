import { describe, expect, test } from '@jest/globals';
import { run } from './program.ts';

async function invoke(args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const program = run('local/invoke.ts', args, { CACHE_TIMEOUT_MS: '2000', ...settings });
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

  test('prints the result of a direct invocation, looked up for real', async () => {
    const { code, stdout } = await invoke(['events/invoke/found-id-of-64-bits.json']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^\{"kind":"found","customer":\{"id":9007199254740993,/);
  });

  test('prints the reply of cache administration', async () => {
    const { code, stdout } = await invoke(['events/invalidate/purge-customer.json']);

    expect(code).toBe(0);
    expect(stdout.split('\n\n')).toEqual([expect.stringMatching(/^200 OK\n/), '{"purged":0}\n']);
  });

  test('takes settings as npm start does', async () => {
    const { stdout } = await invoke(['events/http/dual-primary-alone.json'], {
      PRIMARY_IDENTIFIER: 'mobile',
      LOG_LEVEL: 'INFO',
    });

    expect(stdout).toMatch(/^200 OK$/m);
    expect(stdout).toMatch(/^\{"level":"INFO"/m);
  });

  test.each([
    ['no file', []],
    ['two files', ['events/http/health.json', 'events/http/health.json']],
    ['a file elsewhere', ['package.json']],
    ['no such file', ['events/http/no-such-file.json']],
  ])('says in words how it is used: %s', async (_, args) => {
    const { code, stdout, stderr } = await invoke(args);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^[^\n]*Usage: npm run invoke -- events\/http\/<case>\.json, [^\n]*\n$/);
  });

  test('says in one message which setting is wrong', async () => {
    const { code, stderr } = await invoke(['events/http/health.json'], { FRESH_SECONDS: 'soon' });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^Wrong settings\. FRESH_SECONDS is "soon"; [^\n]*\n$/);
  });
});
