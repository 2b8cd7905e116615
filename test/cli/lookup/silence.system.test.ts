import { expect, test } from '@jest/globals';
import { COMMANDS } from '../../../cli/commands.ts';
import { startHttpServer } from '../../support/loopback-server.ts';
import { runCommandLine } from '../run-command-line.ts';

const CACHE = { status: 'miss', ageSeconds: 0, ttlSeconds: 14 };
const UPSTREAM = { code: 1015, message: 'No customer Asha Example' };

test.each([
  ['not found', { kind: 'not-found', upstream: UPSTREAM, cache: CACHE }, 3],
  ['refused', { kind: 'error', code: 'upstream_refused', message: 'The upstream refuses it.', upstream: UPSTREAM }, 1],
  ['found', { kind: 'found', customer: { firstName: 'Asha' }, cache: CACHE }, 0],
])('lookup says nothing of a customer that is %s without --show-customer', async (_case, outcome, code) => {
  const { url } = await startHttpServer((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results: [outcome] }));
  });
  const lookup = (...options: readonly string[]) =>
    runCommandLine(['lookup', 'mobile=1234512345', '--url', url, ...options], COMMANDS);
  for (const options of [[], ['--json']]) {
    const { exitCode, stdout, stderr } = await lookup(...options);
    expect([exitCode, stderr]).toEqual([code, '']);
    expect(stdout).not.toMatch(/Asha|1234512345/);
  }
  expect((await lookup('--json', '--show-customer')).stdout).toContain('Asha');
});
