import { expect, test } from '@jest/globals';
import { basicAuthorization } from '../../simulator/credentials.ts';
import { run } from '../local/program.ts';

const MAIN = 'simulator/main.ts';

test('the simulator prints its address, takes flags and environment, and stops at SIGTERM', async () => {
  const flags = ['--port', '0', '--latency-ms', '0', '--error-status', '404', '--username', 'till.flag'];
  const program = run(MAIN, flags, { SIMULATOR_PASSWORD: 'from-environment' });
  const [url] = await program.waitFor(/http:\/\/127\.0\.0\.1:\d+/);
  const query = 'source=INSTORE&identifierName=externalId&identifierValue=nobody';
  const authorization = basicAuthorization({ username: 'till.flag', password: 'from-environment' });
  const response = await fetch(`${url}/v2/customers/lookup/customerDetails?${query}`, { headers: { authorization } });
  expect(response.status).toBe(404);
  program.kill('SIGTERM');
  expect(await program.exit).toBe(0);
});

test.each([
  ['a wrong number', ['--port', 'x'], '--port is "x"'],
  ['a port that does not exist', ['--port', '65536'], '--port is "65536"; allowed is 0 to 65535.'],
  ['a status that HTTP does not have', ['--error-status', '7'], '--error-status is "7"; allowed is 200 to 599.'],
  ['an unknown flag', ['--tempo', '3'], '--tempo'],
  ['a wrong primary identifier', ['--primary-identifier', 'wechat'], 'mobile, email, externalId'],
])('the simulator reports the problem with %s', async (_case, flags, part) => {
  const program = run(MAIN, flags, {});
  expect(await program.exit).toBe(1);
  expect(program.stderr).toContain(part);
});

test('the simulator says in one line that its port is in use', async () => {
  const first = run(MAIN, ['--port', '0'], {});
  const [, port = ''] = await first.waitFor(/http:\/\/127\.0\.0\.1:(\d+)/);
  const second = run(MAIN, ['--port', port], {});
  expect(await second.exit).toBe(1);
  expect(second.stderr).toMatch(new RegExp(`^Another process uses port ${port} of 127\\.0\\.0\\.1: .* --port .*\n$`));
  first.kill('SIGTERM');
  await first.exit;
});
