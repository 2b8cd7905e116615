import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../cli/commands.ts';
import type { Finding } from '../../../cli/doctor/finding.ts';
import { patientHere } from '../../../cli/doctor/patient.ts';
import { checkTable } from '../../../cli/doctor/table-check.ts';
import { ensureCacheTable } from '../../../local/cache-table.ts';
import { type LocalService, startLocal } from '../../../local/service.ts';
import { localAwsConfig } from '../../../local/settings.ts';
import { TABLE_KEYS } from '../../../local/table-keys.ts';
import { DEFAULT_BASIC_CREDENTIALS } from '../../../simulator/credentials.ts';
import { type Simulator, startSimulator } from '../../../simulator/simulator.ts';
import { startHttpServer } from '../../support/loopback-server.ts';
import { PATIENT } from '../../support/patience.ts';
import { makeTableOfOtherKeys } from '../../support/table-of-other-keys.ts';
import { runCommandLine } from '../run-command-line.ts';
import { spawnLookaside } from '../spawn-lookaside.ts';

// Runs `lookaside doctor` on a healthy set-up and on broken ones: as a process of its own where the AWS SDK reads the
// environment, else in this process.

let upstream: Simulator;
let service: LocalService;
let healthy: Readonly<Record<string, string>>;
beforeAll(async () => {
  upstream = await startSimulator({ latencyMs: 0, jitterMs: 0 });
  const settings = {
    ...PATIENT,
    UPSTREAM_BASE_URL: upstream.url,
    UPSTREAM_CREDENTIALS: JSON.stringify({
      username: DEFAULT_BASIC_CREDENTIALS.username,
      password: DEFAULT_BASIC_CREDENTIALS.password,
    }),
    CACHE_KEY_SECRET: 'a-long-enough-made-up-secret',
  };
  service = await startLocal({ ...settings, PORT: '0', LOG_LEVEL: 'SILENT' });
  healthy = { ...settings, AWS_ENDPOINT_URL_DYNAMODB: service.store.url, LOOKASIDE_URL: service.url };
});
afterAll(async () => {
  await service?.close();
  await upstream?.close();
});

type Variables = Readonly<Record<string, string>>;
const inProcess = (args: readonly string[], environment: Variables) =>
  runCommandLine(['doctor', ...args], COMMANDS, { environment });
const asProcess = (args: readonly string[], environment: Variables) =>
  spawnLookaside(['doctor', ...args], { input: '', environment });

/** The doctor's report of the healthy set-up with these changes. */
async function examine(changes: Variables, run: typeof inProcess, args: readonly string[] = []) {
  const environment = { ...healthy, AWS_EC2_METADATA_DISABLED: 'true', ...changes };
  const { exitCode, stdout, stderr } = await run(['--json', ...args], environment);
  expect(stderr).toBe('');
  const { isWell, findings } = JSON.parse(stdout) as { isWell: boolean; findings: readonly Finding[] };
  const wrong = findings.filter(({ state }) => state === 'wrong');
  expect([isWell, exitCode]).toEqual(wrong.length === 0 ? [true, 0] : [false, 1]);
  return { findings, wrong: wrong.map(({ check, says, todo }) => `${check}: ${says} → ${todo}`) };
}

test('a healthy set-up passes every check', async () => {
  const { findings } = await examine({}, asProcess);
  expect(findings.map(({ check, state }) => `${check} ${state}`)).toEqual([
    'node well',
    'settings well',
    'secrets well',
    'region well',
    'upstream well',
    'upstream well',
    'table well',
    'clock well',
    'service well',
  ]);
});

test('the doctor says so in words too', async () => {
  const { exitCode, stdout } = await inProcess([], healthy);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ok {7}node {6}Node\.js [\d.]+\n/);
  expect(stdout).toMatch(/^ok {7}upstream {2}v1\.1: it answers \(\d+ ms\) and accepts the credentials\n/m);
  expect(stdout).toMatch(/\nAll is well\.\n$/);
});

test.each([
  ['ACTIVE', []],
  ['UPDATING', []],
  ['CREATING', [/^table: The table lookaside is CREATING\. → Wait until it is ACTIVE\.$/]],
  ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', [/^table: The table lookaside is INACCESSIBLE_/]],
])('a table that is %s is %j', async (TableStatus, problems) => {
  const { url } = await startHttpServer((response) => {
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ Table: { ...TABLE_KEYS, TableStatus } }));
  });
  const { wrong } = await examine({ AWS_ENDPOINT_URL_DYNAMODB: url }, inProcess);
  expect(wrong).toEqual(problems.map((problem) => expect.stringMatching(problem)));
});

describe('a DynamoDB that is there and does not describe the table', () => {
  test.each([
    [400, 'com.amazonaws.dynamodb.v20120810#ThrottlingException'],
    [400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException'],
    [400, 'com.amazonaws.dynamodb.v20120810#RequestLimitExceeded'],
    [429, 'SlowDown'],
  ])('with %s %s is said to throttle, and the network is not blamed', async (status, type) => {
    const { url } = await startHttpServer((response) => {
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify({ __type: type, message: 'Rate exceeded' }));
    });
    const { wrong } = await examine({ AWS_ENDPOINT_URL_DYNAMODB: url }, inProcess);
    const name = type.split('#').at(-1);
    expect(wrong).toEqual([
      expect.stringMatching(new RegExp(`^table: .* answers, but throttles \\(${name}\\)\\. → Run this once more`)),
    ]);
    expect(wrong.join()).not.toMatch(/network|AWS_REGION/);
  });

  test('because it hangs is said to give no answer in time', async () => {
    const { url } = await startHttpServer(() => {});
    const patient = patientHere({ AWS_ENDPOINT_URL_DYNAMODB: url });
    const finding = await checkTable(patient, {}, 200);
    expect(finding).toMatchObject({ state: 'wrong', says: `The DynamoDB at ${url} gave no answer within 0.2 s.` });
    expect(finding.todo).toMatch(/^Look at the network between .*CACHE_TIMEOUT_MS/);
  });
});

describe('a broken set-up is reported in words, with what to do', () => {
  const NOWHERE = 'http://127.0.0.1:9';

  test.each<[string, Variables, readonly RegExp[], run?: typeof asProcess]>([
    [
      'wrong settings',
      { FRESH_SECONDS: 'five', FRESH_SECOND: '5' },
      [/^settings: FRESH_SECONDS is "five"/, /^settings: FRESH_SECOND is set/],
    ],
    [
      'credentials that the upstream refuses',
      { UPSTREAM_CREDENTIALS: '{"username":"till.demo","password":"a guess"}' },
      [/^upstream: v2: It refuses our credentials\. → .*lookaside secret/, /^upstream: v1\.1: It refuses/],
    ],
    [
      'no upstream at the address',
      { UPSTREAM_BASE_URL: NOWHERE },
      [
        /^upstream: v2: It cannot be reached .*\(ECONNREFUSED\)\. → Check UPSTREAM_BASE_URL/,
        /^upstream: v1\.1: It cannot/,
      ],
    ],
    [
      'a secret that cannot be read, of another region',
      {
        UPSTREAM_CREDENTIALS: '',
        UPSTREAM_CREDENTIALS_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a',
        AWS_REGION: 'ap-south-1',
        AWS_ENDPOINT_URL_SECRETS_MANAGER: NOWHERE,
      },
      [
        /^region: .*in eu-west-1.* → Set AWS_REGION=eu-west-1/,
        /^upstream: v2: Its credentials cannot be read/,
        /^upstream: v1\.1: /,
      ],
      asProcess,
    ],
    [
      'a store that does not answer',
      { AWS_ENDPOINT_URL_DYNAMODB: NOWHERE },
      [/^table: The DynamoDB at .* does not answer/],
    ],
    [
      'a short key secret',
      { CACHE_KEY_SECRET: 'short' },
      [/^secrets: .*shorter than 16 characters.* → Take a random one/],
    ],
    ['no server where the service should be', { LOOKASIDE_URL: NOWHERE }, [/^service: .*cannot be reached/]],
  ])('%s', async (_case, changes, expected, run = inProcess) => {
    expect((await examine(changes, run)).wrong).toEqual(expected.map((words) => expect.stringMatching(words)));
  });

  test('a table of another program', async () => {
    await makeTableOfOtherKeys(service.store.url, 'orders');
    expect((await examine({ CACHE_TABLE: 'orders' }, inProcess)).wrong).toEqual([
      'table: The table orders has the keys id HASH S; it must have pk HASH S, sk RANGE S. → CACHE_TABLE names another table: correct it.',
    ]);
  });

  test('another program at the upstream’s address, with another clock, and at the service’s address', async () => {
    const { url } = await startHttpServer((response) => {
      response.setHeader('date', new Date(Date.now() - 600_000).toUTCString());
      response.end('<html>Sign in</html>');
    });
    expect((await examine({ UPSTREAM_BASE_URL: url, LOOKASIDE_URL: url }, inProcess)).wrong).toEqual([
      expect.stringMatching(/^upstream: v2: Something else answers/),
      expect.stringMatching(/^upstream: v1\.1: Something else answers/),
      expect.stringMatching(/^clock: .* s ahead of that of the upstream\. → Set it by NTP/),
      expect.stringMatching(/^service: The answer .* is not from Lookaside/),
    ]);
  });
});

describe('docs/cli.md shows what the doctor says', () => {
  const section = readFileSync('docs/cli.md', 'utf8').split('\n## `lookaside doctor`\n')[1]?.split(/\n## /)[0] ?? '';
  const [, exported = ''] = /^((?:export .*\n)+)npx lookaside doctor$/m.exec(section) ?? [];
  const shown = [...section.matchAll(/^(.*)npx lookaside doctor\n```\n\n```\n([\s\S]*?)```$/gm)].map(
    ([, changes = '', output = '']) => ({ changes, output }),
  );
  const variablesIn = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/(\w+)=(?:'([^']*)'|(\S+))/g)].map(([, name, quoted, bare]) => [name, quoted ?? bare]),
    );
  /** The addresses of the page, and those of this test. No server listens on the ports below 10. */
  const addresses = () =>
    new Map([
      ['127.0.0.1:4010', new URL(upstream.url).host],
      ['127.0.0.1:8000', new URL(service.store.url).host],
      ['127.0.0.1:3000', new URL(service.url).host],
      ['127.0.0.1:4011', '127.0.0.1:2'],
      ['127.0.0.1:8001', '127.0.0.1:3'],
      ['127.0.0.1:3001', '127.0.0.1:4'],
    ]);
  const translate = (text: string, pairs: Iterable<readonly [string, string]>) =>
    [...pairs].reduce(
      (translated, [from, to]) => translated.replace(new RegExp(`${RegExp.escape(from)}(?!\\d)`, 'g'), to),
      text,
    );
  const anyNumber = (text: string) => text.replace(/\d+ ms/g, 'N ms').replace(/Node\.js [\d.]+/, 'Node.js N');

  test('on a healthy set-up, and on five broken ones', () => {
    expect(exported).not.toBe('');
    expect(shown).toHaveLength(6);
  });

  test.each(shown)('after "$changes"', async ({ changes, output }) => {
    const variables = variablesIn(translate(`${exported} ${changes}`, addresses()));
    // A busy machine must not count as a slow upstream.
    const usual = { LOOKASIDE_URL: service.url, UPSTREAM_TIMEOUT_MS: '60000' };
    // Jest's errors of a connection are not those of a process: the code is missing.
    const run = changes.includes('AWS_ENDPOINT_URL_DYNAMODB') ? asProcess : inProcess;
    const { stdout } = await run([], { ...usual, ...variables } as Record<string, string>);
    const back = [...addresses()].map(([page, here]) => [here, page] as const);
    expect(anyNumber(translate(stdout, back))).toBe(anyNumber(output));
  });
});

describe('a deployed function', () => {
  /** Lambda, which has one function of these settings. */
  async function startLambda(settings: Readonly<Record<string, string>>, runtime = 'nodejs24.x') {
    const { url } = await startHttpServer((response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ Runtime: runtime, Environment: { Variables: settings } }));
    });
    return { AWS_ENDPOINT_URL_LAMBDA: url };
  }

  const functionSettings = () => {
    const { UPSTREAM_BASE_URL = '', UPSTREAM_CREDENTIALS = '', CACHE_KEY_SECRET = '' } = healthy;
    return { UPSTREAM_BASE_URL, UPSTREAM_CREDENTIALS, CACHE_KEY_SECRET };
  };

  test('is examined by its configuration', async () => {
    const client = new DynamoDBClient({
      endpoint: service.store.url,
      ...localAwsConfig({}, service.store.url),
    });
    await ensureCacheTable(client, 'lookaside', AbortSignal.timeout(60_000));
    client.destroy();
    const shell = { ...(await startLambda(functionSettings())), AWS_REGION: 'us-east-1' };
    const { findings, wrong } = await examine(shell, asProcess, ['--function', 'f']);
    expect(wrong).toEqual([]);
    expect(findings[0]).toMatchObject({ says: 'the function runs on nodejs24.x' });
  });

  test('with a missing table and an old runtime is reported', async () => {
    const settings = { ...functionSettings(), CACHE_TABLE: 'another' };
    const shell = { ...(await startLambda(settings, 'nodejs20.x')), AWS_REGION: 'us-east-1' };
    const { wrong } = await examine(shell, asProcess, ['--function', 'f']);
    expect(wrong).toEqual([
      expect.stringMatching(/^node: The function runs on nodejs20\.x/),
      expect.stringMatching(/^table: There is no table another/),
    ]);
  });
});
