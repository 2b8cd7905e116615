import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { requireRawNumbers, UnsupportedRuntimeError } from '../../functions/required-runtime.ts';

const SETTINGS = {
  UPSTREAM_BASE_URL: 'https://eu.api.example.com',
  UPSTREAM_CREDENTIALS: '{"username":"till","password":"canary-password"}',
  CACHE_KEY_SECRET: 'canary-key',
  CACHE_MODE: 'bypass',
};

const WITHOUT_RAW_NUMBERS = 'data:text/javascript,delete JSON.rawJSON;';

/** Loads the entry of a function in a process of its own, as Lambda does. */
async function load(entry: string, environment: Readonly<Record<string, string>>, first = 'data:text/javascript,') {
  const child = spawn(process.execPath, [`--import=${first}`, `functions/${entry}/index.ts`], {
    // Compiled code is kept and not compiled again.
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: '.cache/node', ...environment },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  return { code, said };
}

describe.each(['http', 'invoke', 'revalidate'])('the function %s', (entry) => {
  test('refuses to start on a Node.js without JSON.rawJSON, and says so', async () => {
    const { code, said } = await load(entry, SETTINGS, WITHOUT_RAW_NUMBERS);
    expect(code).toBe(1);
    expect(said).toContain(`UnsupportedRuntimeError: Node.js ${process.version} has no JSON.rawJSON`);
    expect(said).toContain('allowed is Node.js 22 or newer');
  });

  test('warns about a name that is close to a setting, and shows no value', async () => {
    const { code, said } = await load(entry, { ...SETTINGS, FRESH_SECOND: 'canary-value', LOG_LEVEL: 'WARN' });
    expect(code).toBe(0);
    expect(JSON.parse(said)).toMatchObject({
      level: 'WARN',
      message: 'misspelt setting',
      name: 'FRESH_SECOND',
      meant: 'FRESH_SECONDS',
    });
    expect(said).not.toContain('canary');
  });
});

test('the function invalidate refuses to start on a Node.js without JSON.rawJSON, before it asks the store', async () => {
  const { code, said } = await load('invalidate', { ...SETTINGS, AWS_REGION: 'eu-west-1' }, WITHOUT_RAW_NUMBERS);
  expect(code).toBe(1);
  expect(said).toContain('UnsupportedRuntimeError');
});

test('a runtime that has JSON.rawJSON is accepted, whatever its version', () => {
  expect(() => requireRawNumbers({ rawJSON: () => ({}) }, 'v21.0.0')).not.toThrow();
  expect(() => requireRawNumbers({ parse: JSON.parse }, 'v20.20.2')).toThrow(UnsupportedRuntimeError);
});
