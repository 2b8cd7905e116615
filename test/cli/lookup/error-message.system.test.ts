import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../cli/commands.ts';
import { problem } from '../../../functions/rest/problem.ts';
import { startHttpServer } from '../../support/loopback-server.ts';
import { runCommandLine } from '../run-command-line.ts';

const HTML = { type: 'text/html', body: '<html></html>' };
const notFound = problem('not_found', 'There is nothing at this path.', '');
const NOT_FOUND = { type: 'application/problem+json', body: notFound.body };
const refusal = problem('forbidden', 'The request needs a valid API key.', '');
const FORBIDDEN = { type: 'application/problem+json', body: refusal.body };

/** Looks a customer up where each request gets this answer, and returns the lines below the first one. */
async function lookUp(status: number, { type, body }: typeof HTML, ...options: string[]) {
  const { url } = await startHttpServer((response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  const { exitCode, stdout } = await runCommandLine(
    ['lookup', 'mobile=1234512345', '--url', url, ...options],
    COMMANDS,
  );
  return { exitCode, message: stdout.split('\n').slice(1).join('\n').trim() };
}

describe('an error of lookaside lookup says what to do', () => {
  test.each([500, 502, 503, 504])(
    'a gateway or a proxy that answers %i has failed, and was reached',
    async (status) => {
      expect(await lookUp(status, HTML)).toEqual({
        exitCode: 4,
        message: `The gateway or a proxy before Lookaside failed (HTTP status ${status}). Try again. If it stays so, check the endpoint.`,
      });
    },
  );

  test('no server', async () => {
    const { stdout } = await runCommandLine(['lookup', 'mobile=1234512345', '--url', 'http://127.0.0.1:9'], COMMANDS);
    expect(stdout).toMatch(/\n127\.0\.0\.1:9 cannot be reached \(\w+.*\)\. Run npm start/);
    expect(stdout).not.toContain('undefined');
  });

  test('no key, or a wrong one', async () => {
    const { message: without } = await lookUp(403, FORBIDDEN);
    expect(without).toBe(
      'The request needs a valid API key. If the address takes API keys, give one with --key, or in LOOKASIDE_API_KEY.',
    );
    const { exitCode, message } = await lookUp(403, FORBIDDEN, '--key', 'canary');
    expect([exitCode, message]).toEqual([5, expect.stringMatching(/ Compare --key with the key's value .*Get a key/)]);
    expect(message).not.toContain('canary');
  });

  test('a path that Lookaside does not have', async () => {
    expect(await lookUp(404, NOT_FOUND)).toEqual({
      exitCode: 4,
      message:
        'Lookaside answers, but has nothing at this path (HTTP status 404). Check the endpoint. ' +
        "--url is the stack's output Endpoint; on this machine it has no path.",
    });
  });

  test('an answer of something else', async () => {
    expect(await lookUp(404, HTML)).toEqual({
      exitCode: 4,
      message: expect.stringMatching(
        /^The answer is not from Lookaside \(HTTP status 404\)\. Check the .* has no path\.$/,
      ),
    });
  });
});
