import { afterEach, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../cli/commands.ts';
import { startHttpServer } from '../../support/loopback-server.ts';
import { runCommandLine } from '../run-command-line.ts';

const NOT_COMPLETED = JSON.stringify({ code: 'store_unavailable', detail: 'The purge could not be completed.' });

/** A service that completes a purge at the attempt of this number. */
async function completingAt(attempt: number) {
  return startHttpServer((response, _request, index) => {
    if (index + 1 >= attempt) response.writeHead(200, { 'content-type': 'application/json' }).end('{"purged":7}');
    else response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '4' }).end(NOT_COMPLETED);
  });
}

test.each([
  [3, 3, 0, 'Gone: 7 entries.\n'],
  [3, 2, 1, ''],
  [1, 1, 0, 'Gone: 7 entries.\n'],
])('a purge that is completed at attempt %i is tried %i times at most', async (attempt, tries, exitCode, stdout) => {
  const { url, requests } = await completingAt(attempt);
  const slept: number[] = [];
  const sleep = async (ms: number) => void slept.push(ms);
  const args = ['purge', 'customer=1', '--url', url, '--tries', String(tries)];
  expect(await runCommandLine(args, COMMANDS, { sleep })).toMatchObject({ exitCode, stdout });
  expect(requests).toHaveLength(tries);
  // As long as the answer says.
  expect(slept).toEqual(Array(tries - 1).fill(4000));
});

const AWS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'made-up' };
const before = { fetch: globalThis.fetch, environment: { ...process.env } };
afterEach(() => {
  globalThis.fetch = before.fetch;
  for (const name of Object.keys(AWS)) {
    const value = before.environment[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test.each([
  ['https://abcdefghij.execute-api.ap-south-1.amazonaws.com/live/', 'ap-south-1'],
  ['https://lookaside.example.com/', 'eu-west-1'],
])('a purge at %s is signed for %s: an address of API Gateway names its region', async (url, region) => {
  const signed: unknown[] = [];
  globalThis.fetch = async (...given) => {
    signed.push(new Request(...given).headers.get('authorization'));
    return Response.json({ purged: 1 });
  };
  Object.assign(process.env, AWS);
  expect(await runCommandLine(['purge', 'customer=1', '--url', url], COMMANDS)).toMatchObject({ exitCode: 0 });
  expect(signed).toEqual([expect.stringContaining(`/${region}/execute-api/aws4_request`)]);
});
