import { expect, test } from '@jest/globals';
import { COMMANDS } from '../../../cli/commands.ts';
import { startHttpServer } from '../../support/loopback-server.ts';
import { runCommandLine } from '../run-command-line.ts';

test.each([
  [{}, [], 'local-webhook-secret'],
  [{ WEBHOOK_SECRET: 'new-secret' }, [], 'new-secret'],
  // While it is rotated, the webhook takes both of a list, and a request carries one.
  [{ WEBHOOK_SECRET: 'new-secret,old-secret' }, [], 'new-secret'],
  [{ WEBHOOK_SECRET: 'new-secret' }, ['--webhook-secret', 'given'], 'given'],
])('with %j and %j trigger sends the secret %s', async (environment, options, secret) => {
  const { url, requests } = await startHttpServer((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"invalidated":0}');
  });
  const args = ['trigger', 'pointsRedeemed', '--customer', '1', '--url', url, ...options];
  const { exitCode, stdout } = await runCommandLine(args, COMMANDS, { environment });
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^No entry is deleted or marked stale: /)]);
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([secret]);
});
