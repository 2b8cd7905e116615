import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { COMMANDS } from '../../cli/commands.ts';
import { type LocalService, startLocal } from '../../local/service.ts';
import { PATIENT } from '../support/patience.ts';
import { runCommandLine } from './run-command-line.ts';
import { spawnLookaside } from './spawn-lookaside.ts';

// `npx lookaside smoke` against a service whose callers sign. It is a process of its own where the AWS SDK reads the
// environment.

const SIGNER = {
  accessKeyId: 'AKIATILL',
  secretAccessKey: 'made-up-secret',
  arn: 'arn:aws:sts::111122223333:assumed-role/till/store-7',
};

let service: LocalService;
beforeAll(async () => {
  const settings = { CALLER_AUTH: 'iam', LOCAL_SIGNERS: JSON.stringify([SIGNER]), LOG_LEVEL: 'SILENT' };
  service = await startLocal({ ...PATIENT, PORT: '0', ...settings }, { simulator: { latencyMs: 0 } });
});
afterAll(() => service?.close());

type Variables = Readonly<Record<string, string>>;
const commandLine = (options: readonly string[]) => ['smoke', '--url', service.url, ...options];
const asProcess = (options: readonly string[], environment: Variables) =>
  spawnLookaside(commandLine(options), { input: '', environment });
const inProcess = (options: readonly string[], environment: Variables = {}) =>
  runCommandLine(commandLine(options), COMMANDS, { environment });

test('--sign-lookups signs them with the AWS credentials of the shell', async () => {
  const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = SIGNER;
  const shell = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION: 'eu-west-1' };
  const [right, wrong] = await Promise.all([
    asProcess(['--sign-lookups'], shell),
    asProcess(['--sign-lookups'], { ...shell, AWS_SECRET_ACCESS_KEY: 'another' }),
  ]);
  expect([right.exitCode, right.stdout]).toEqual([0, expect.stringContaining('All is well')]);
  expect(wrong.exitCode).not.toBe(0);
  expect(wrong.stdout).toMatch(/Wrong: .*refuses this signature.*LookupArns/);
});

test('--token makes no signature, and the command does not show the token', async () => {
  const { exitCode, stdout, stderr } = await inProcess([], { LOOKASIDE_TOKEN: 'made-up-token' });
  expect(exitCode).not.toBe(0);
  expect(stdout).toMatch(/Wrong: .*refuses this token/);
  expect(`${stdout}${stderr}`).not.toContain('made-up-token');
});

test.each([
  [['--key', 'a-key', '--token', 'a-token']],
  [['--key', 'a-key', '--sign-lookups']],
  [['--token', 'a-token', '--sign-lookups']],
])('%j is refused: a look-up shows one credential', async (options) => {
  const { exitCode, stderr } = await inProcess(options);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('given together; allowed is one of them')]);
});

test('a token that cannot be a header is refused, and not shown', async () => {
  const { exitCode, stderr } = await inProcess(['--token', 'made-up token']);
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringMatching(/--token has a character that it cannot have, U\+0020/),
  ]);
  expect(stderr).not.toContain('made-up');
});
