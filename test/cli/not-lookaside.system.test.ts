import { expect, test } from '@jest/globals';
import { COMMANDS } from '../../cli/commands.ts';
import { problem } from '../../functions/rest/problem.ts';
import { startHttpServer } from '../support/loopback-server.ts';
import { runCommandLine } from './run-command-line.ts';

// A proxy, a login page or another program may stand at the address. No command takes its answer for Lookaside's.

const ANSWERS: readonly (readonly [status: number, type: string, body: string])[] = [
  [200, 'text/html', '<html>Log in</html>'],
  [200, 'application/json', ''],
  [200, 'application/json', '{}'],
  [200, 'application/json', 'null'],
  [200, 'application/json', '{"purged":"1","invalidated":"1"}'],
  [204, 'application/json', ''],
  [302, 'text/html', ''],
  [403, 'text/html', '<html>Forbidden</html>'],
  [403, 'application/json', '{"message":"Forbidden"}'],
  [500, 'text/plain', 'Internal Server Error'],
];

const LINES = ['purge customer=1', 'trigger pointsRedeemed --customer 1', 'peek mobile=1234512345', 'watch --rounds 1'];

test.each(LINES.flatMap((line) => ANSWERS.map((answer) => [line, ...answer] as const)))(
  '%s says that what answers %i %s %j is not Lookaside',
  async (line, status, type, body) => {
    const { exitCode, stdout, stderr } = await runAt(line, status, type, body);
    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(
      new RegExp(`^error: The answer \\(HTTP status ${status}\\) is not from (Lookaside|the service)`),
    );
  },
);

test.each(ANSWERS.filter(([status]) => status !== 204))(
  'purge of an identifier takes only 204 for done, not %i %s %j',
  async (...answer) => {
    const { exitCode, stdout } = await runAt('purge mobile=1234512345', ...answer);
    expect([exitCode, stdout]).toEqual([4, '']);
  },
);

test.each(['peek mobile=1234512345', 'watch --rounds 1'])(
  '%s says that Lookaside answers, but not at a path',
  async (line) => {
    const { status, body } = problem('not_found', 'There is nothing at this path.', '');
    const { exitCode, stdout, stderr } = await runAt(line, status, 'application/problem+json', body);
    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^error: Lookaside answers, but has nothing at this path\. Give --url the address/);
  },
);

async function runAt(line: string, status: number, type: string, body: string) {
  const { url } = await startHttpServer((response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  return runCommandLine([...line.split(' '), '--url', url], COMMANDS);
}
