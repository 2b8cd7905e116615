import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

// Runs the commands of docs/deploying.md in a shell, exactly as they stand there, with programs that only print how
// they were called.

const page = readFileSync('docs/deploying.md', 'utf8');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);

/** Answers as AWS would: outputs of the requested stack, two API keys, secrets. Refuses a list if one id is needed. */
const AWS = `
case "$1 $2" in
'cloudformation describe-stacks')
  name=\${6#*OutputKey==\\'}; name=\${name%%\\'*}
  [ "$name" = ApiKeyIds ] && echo id-1,id-2 || echo "$name-of-$4" ;;
'apigateway get-api-key')
  case "$4" in *,*) echo 'Invalid API Key identifier specified' >&2; exit 254 ;; *) echo "value-of-$4" ;; esac ;;
'configure export-credentials')
  echo 'export AWS_ACCESS_KEY_ID=made-up AWS_SECRET_ACCESS_KEY=made-up' ;;
'configure get') echo eu-west-1 ;;
'secretsmanager put-secret-value') echo a-version ;;
'secretsmanager get-secret-value'|'secretsmanager get-random-password') echo a-secret ;;
esac
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lookaside-deploying-'));
  mkdirSync(path.join(folder, 'bin'));
  for (const [name, answer] of Object.entries({ aws: AWS, npx: '', npm: '', curl: '' })) {
    const program = path.join(folder, 'bin', name);
    writeFileSync(program, `#!/bin/sh\necho "${name} $*" >>"$CALLS"\n${answer}`);
    chmodSync(program, 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs commands, all in one shell, and returns the calls that they made. */
function run(commands: string): {
  readonly calls: readonly string[];
  readonly status: number | null;
  readonly said: string;
} {
  const file = path.join(folder, 'calls');
  writeFileSync(file, '');
  const { status, stderr, stdout } = spawnSync('bash', ['--norc', '--noprofile', '-c', commands], {
    env: { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`, CALLS: file },
    encoding: 'utf8',
    // A shell on a socket reads ~/.bashrc.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { calls: readFileSync(file, 'utf8').split('\n').filter(Boolean), status, said: stdout + stderr };
}

/** All commands of the page, for an environment. */
function allFor(environment: string): string {
  const all = blocks.join('\n');
  expect(all).toContain('ENVIRONMENT=sandbox');
  return `set -eu\n${all.replace('ENVIRONMENT=sandbox', `ENVIRONMENT=${environment}`)}`;
}

describe.each(['sandbox', 'production'])('followed for %s', (environment) => {
  let calls: readonly string[];
  beforeAll(() => {
    const ran = run(allFor(environment));
    expect({ status: ran.status, said: ran.said }).toMatchObject({ status: 0 });
    calls = ran.calls;
  });
  const callsOf = (program: string) => calls.filter((call) => call.startsWith(`${program} `));

  test('every call of cdk names the environment', () => {
    const ofCdk = callsOf('npx cdk');
    expect(ofCdk.map((call) => call.split(' ')[2])).toEqual(
      expect.arrayContaining(['synth', 'bootstrap', 'deploy', 'destroy']),
    );
    for (const call of ofCdk) expect(call).toMatch(new RegExp(` -c environment=${environment}$`));
  });

  test("every output comes from the environment's stack", () => {
    const asked = callsOf('aws cloudformation');
    expect(asked.length).toBeGreaterThan(10);
    for (const call of asked) expect(`${call} `).toContain(`--stack-name lookaside-${environment} `);
  });

  test("the commands fill, read and put the secrets of the environment's stack", () => {
    const secrets = [...callsOf('npm run secret'), ...callsOf('aws secretsmanager')].filter((call) =>
      call.includes('--secret'),
    );
    expect(secrets.length).toBeGreaterThan(5);
    for (const call of secrets) expect(call).toMatch(new RegExp(`SecretArn-of-lookaside-${environment}\\b`));
  });

  test('no call names another environment', () => {
    const other = environment === 'sandbox' ? 'production' : 'sandbox';
    expect(calls.filter((call) => call.includes(other))).toEqual([]);
  });

  test('the key is the first one where there are two, and the smoke test and curl get its value', () => {
    expect(callsOf('npm run smoke')).toEqual([
      `npm run smoke -- --url Endpoint-of-lookaside-${environment} --key value-of-id-1`,
    ]);
    expect(callsOf('curl')[0]).toContain('x-api-key: value-of-id-1');
  });
});

test('`api_key 2` is the second key', () => {
  const { said, status } = run(`${allFor('production')}\napi_key 2`);
  expect([status, said.trim().split('\n').at(-1)]).toEqual([0, 'value-of-id-2']);
});

test('without ENVIRONMENT no command reaches any stack', () => {
  const all = allFor('sandbox').replace(/^ENVIRONMENT=.*$/m, 'unset ENVIRONMENT');
  const { calls, status, said } = run(all);
  expect([status === 0, said]).toEqual([false, expect.stringContaining('ENVIRONMENT')]);
  expect(calls.filter((call) => /^(npx|aws|npm run)/.test(call))).toEqual([]);
});

test('the page says that the AWS CLI must be version 2, because its commands use options that version 1 lacks', () => {
  const [beforeCommands = ''] = page.split('```sh');
  expect(beforeCommands).toMatch(/AWS CLI\][^\n]*\), version 2/);
  const operating = readFileSync('docs/operating.md', 'utf8');
  const [introduction = ''] = operating.split('\n## ');
  expect(operating).toContain('--cli-binary-format');
  expect(introduction).toMatch(/AWS CLI, version 2/);
});
