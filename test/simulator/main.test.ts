import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { basicAuthorization } from '../../simulator/credentials.ts';

const MAIN = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));

function run(flags: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [MAIN, ...flags], { env: { ...process.env, NODE_OPTIONS: '', ...environment } });
}

test('prints its address, takes flags and environment, and stops at SIGTERM', async () => {
  const flags = ['--port', '0', '--latency-ms', '0', '--error-status', '404', '--username', 'till.flag'];
  const child = run(flags, { SIMULATOR_PASSWORD: 'from-environment' });
  const [line] = await once(child.stdout!, 'data');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0];
  const query = 'source=INSTORE&identifierName=externalId&identifierValue=nobody';
  const authorization = basicAuthorization({ username: 'till.flag', password: 'from-environment' });
  const response = await fetch(`${url}/v2/customers/lookup/customerDetails?${query}`, { headers: { authorization } });
  expect(response.status).toBe(404);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test.each([
  ['a wrong number', ['--port', 'x'], '--port is "x"'],
  ['an unknown flag', ['--tempo', '3'], '--tempo'],
  ['a wrong primary identifier', ['--primary-identifier', 'wechat'], 'mobile, email, externalId'],
])('says what is wrong with %s', async (_case, flags, part) => {
  const child = run(flags);
  let text = '';
  child.stderr!.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(text).toContain(part);
});
