import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keys } from '../../../cli/commands/keys.ts';
import { HEADER } from '../../../cli/keys/key-list.ts';
import { explainKeysFailure } from '../../../cli/keys/keys-failure.ts';
import { KeysError } from '../../../cli/keys/manage-keys.ts';
import { createClassOf } from '../../../functions/callers/class-of.ts';
import { toCallerClasses } from '../../../functions/settings/caller-classes.ts';
import { callerPlansOf } from '../../../infra/caller-plans.ts';
import { proxyEvent } from '../../support/proxy-event.ts';
import { runCommandLine } from '../run-command-line.ts';
import { FakeApiGateway } from './fake-api-gateway.ts';

const LIMITS = { throttle: { perSecond: 1, burst: 1 }, quota: { lookups: 1, per: 'DAY' } } as const;
const CLASSES = { tills: LIMITS, kiosks: LIMITS };
/** The plans that the stack makes, and those of others. */
const PLANS = [
  ...callerPlansOf('shops-live', CLASSES).map(({ name }) => name),
  'shops-live',
  'shops',
  'shops-live-two.tills',
  'others.tills',
];

let gateway: FakeApiGateway;
let endpoint: string;
let folder: string;

beforeEach(async () => {
  gateway = new FakeApiGateway(PLANS);
  endpoint = await gateway.start();
  folder = await mkdtemp(path.join(tmpdir(), 'lookaside-keys-'));
});
afterEach(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});

async function run(line: string, { input = '', where = endpoint, deployment = 'shops-live', canAsk = false } = {}) {
  const args = ['keys', ...line.split(' '), '--deployment', deployment];
  const now = Date.UTC(2026, 10, 27, 12);
  return runCommandLine(args, [keys], {
    environment: { AWS_ENDPOINT_URL_API_GATEWAY: where },
    readInput: async () => input,
    canAsk,
    now: () => now,
  });
}

async function runJson(line: string, options = {}) {
  const { stdout } = await run(`${line} --json`, options);
  return JSON.parse(stdout);
}

/** The keys of the gateway: name, whether it is enabled, and the name of its plan. */
const shown = () =>
  gateway.keys.map(({ id, name, enabled }) => [
    name,
    enabled,
    gateway.plans.find(({ keyIds }) => keyIds.has(id))?.name,
  ]);

describe('keys add', () => {
  test('makes a key for each member, in the plan of its class; the value of the key says the class', async () => {
    const { exitCode, stdout, stderr } = await run('add tills.store-1,kiosks.hall');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(shown()).toEqual([
      ['shops-live.tills.store-1', true, 'shops-live.tills'],
      ['shops-live.kiosks.hall', true, 'shops-live.kiosks'],
    ]);
    const [till, kiosk] = gateway.keys.map(({ value }) => value);
    expect(stdout).toBe(`${HEADER}\ntills,store-1,1,true,${till}\nkiosks,hall,1,true,${kiosk}\n`);
    const classes = toCallerClasses('{"tills":{},"kiosks":{}}') ?? new Map();
    const classOf = createClassOf(classes, { kind: 'apiKey' });
    const ofKey = (apiKey: string | undefined) => classOf(proxyEvent({ identity: { apiKey } }))?.name;
    expect([till, kiosk].map(ofKey)).toEqual(['tills', 'kiosks']);
    expect(till).not.toBe(kiosk);
  });

  test('reads names from standard input', async () => {
    await run('add -', { input: 'tills.a\r\n\n tills.b \ntills.a\n' });
    expect(shown().map(([name]) => name)).toEqual(['shops-live.tills.a', 'shops-live.tills.b']);
  });

  test('can be repeated after an interruption: it keeps each key that exists, and puts it into its plan', async () => {
    gateway.refusing.set('POST /usageplans/plan1/keys', 'BadRequestException');
    expect(await run('add tills.a,tills.b')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Repeat the command: it goes on where it stopped'),
    });
    expect(shown()).toEqual([['shops-live.tills.a', true, undefined]]);
    const [{ value } = { value: '' }] = gateway.keys;
    gateway.refusing.clear();
    const { stdout } = await run('add tills.a,tills.b');
    expect(stdout).toContain(`tills,a,1,true,${value}\n`);
    expect(shown()).toEqual([
      ['shops-live.tills.a', true, 'shops-live.tills'],
      ['shops-live.tills.b', true, 'shops-live.tills'],
    ]);
    const before = gateway.requests.length;
    expect((await run('add tills.a,tills.b')).stdout).toBe((await run('export')).stdout);
    expect(gateway.requests.slice(before).filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  test("keeps a key of the default class in the plan of the stack's own keys, where an earlier version put it", async () => {
    await run('add tills.a');
    const [ofClass, own] = ['shops-live.tills', 'shops-live'].map((name) =>
      gateway.plans.find((plan) => plan.name === name),
    );
    ofClass?.keyIds.clear();
    own?.keyIds.add('key1');
    gateway.used.set('key1', [[3, 97]]);
    expect((await run('add tills.a,tills.b')).exitCode).toBe(0);
    expect(shown()).toEqual([
      ['shops-live.tills.a', true, 'shops-live'],
      ['shops-live.tills.b', true, 'shops-live.tills'],
    ]);
    expect((await run('usage tills.a')).stdout).toBe('tills.a  1  3 requests, 97 left\n');
  });

  test('gives a member with disabled keys a new one', async () => {
    await run('add tills.a');
    await run('disable tills.a');
    await run('add tills.a');
    expect(shown()).toEqual([
      ['shops-live.tills.a', false, 'shops-live.tills'],
      ['shops-live.tills.a.2', true, 'shops-live.tills'],
    ]);
  });

  test.each([
    ['add apps.a', 1, 'The deployment has no class apps: it has tills, kiosks. Nothing was changed.'],
    ['add tills', 2, 'NAME is "tills"; allowed is a class, a dot, and 1 to 60 letters'],
    ['add tills.a.b', 2, 'NAME is "tills.a.b"; allowed'],
    ['add tills.a,,tills.ä', 2, 'NAME is "tills.ä"; allowed'],
    ['add 919876543210', 2, 'NAME is not repeated here, because it may hold an identifier or a secret; allowed'],
    ['add', 2, 'NAME is missing'],
    ['make tills.a', 2, 'ACTION is "make"; allowed is add, list, disable, rotate, usage, export, import.'],
    ['constructor tills.a', 2, 'ACTION is "constructor"; allowed'],
    // The values would go to the terminal, and not into the file.
    ['add tills.a --file keys.csv', 2, '--file is not for add; allowed is export, import.'],
    ['disable tills.a --days 3', 2, '--days is not for disable; allowed is usage.'],
    // 30 is the default.
    ['list --days 30', 2, '--days is not for list; allowed is usage.'],
    ['rotate tills.a --old', 2, '--old is not for rotate; allowed is disable.'],
    ['import tills.a', 2, 'NAME is not for import; allowed is add, list, disable, rotate, usage, export.'],
  ])('%s is refused, and nothing is made', async (line, exitCode, message) => {
    expect(await run(line)).toMatchObject({ exitCode, stderr: expect.stringContaining(message) });
    expect(gateway.keys).toEqual([]);
  });

  test('for a deployment without classes says so', async () => {
    expect(await run('add tills.a', { deployment: 'shops' })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('it has no classes of callers'),
    });
  });
});

describe('keys rotate', () => {
  test('makes a successor that overlaps with the old key, until that one is disabled', async () => {
    await run('add tills.a,tills.b');
    const { stdout } = await run('rotate tills.a');
    expect(stdout).toMatch(/^class,.*\ntills,a,2,true,tills\.[A-Za-z0-9]{40}\n$/);
    expect(shown()).toEqual([
      ['shops-live.tills.a', true, 'shops-live.tills'],
      ['shops-live.tills.b', true, 'shops-live.tills'],
      ['shops-live.tills.a.2', true, 'shops-live.tills'],
    ]);
    expect(new Set(gateway.keys.map(({ value }) => value)).size).toBe(3);

    expect(await run('rotate tills.a')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('first disable the old key: keys disable tills.a --old'),
    });
    expect((await run('disable tills.a,tills.b --old')).stdout).toContain('tills.a  1  disabled');
    expect(shown().map(([, isEnabled]) => isEnabled)).toEqual([false, true, true]);
    await run('rotate tills.a');
    expect(shown().at(-1)).toEqual(['shops-live.tills.a.3', true, 'shops-live.tills']);
  });

  test('of a member without a key is refused, and no other member is rotated', async () => {
    await run('add tills.a');
    expect(await run('rotate tills.a,tills.b')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('tills.b has no enabled key to rotate'),
    });
    expect(gateway.keys).toHaveLength(1);
  });
});

describe('keys disable', () => {
  test('disables every key of a member, and no key of another', async () => {
    await run('add tills.a,tills.ab,kiosks.a');
    await run('rotate tills.a');
    await run('disable tills.a');
    expect(shown().map(([name, isEnabled]) => [name, isEnabled])).toEqual([
      ['shops-live.tills.a', false],
      ['shops-live.tills.ab', true],
      ['shops-live.kiosks.a', true],
      ['shops-live.tills.a.2', false],
    ]);
  });

  test('of a member without a key says so', async () => {
    expect(await run('disable tills.a')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('tills.a has no key.'),
    });
  });
});

describe('keys list', () => {
  test('lists the keys of this deployment alone, without their values', async () => {
    await run('add tills.b,tills.a,kiosks.a');
    await run('add tills.a', { deployment: 'others' });
    await run('add tills.a', { deployment: 'shops-live-two' });
    const { stdout } = await run('list');
    expect(stdout).toBe(
      [
        'kiosks.a  1  enabled  key3  2026-11-22T04:00:02.000Z',
        'tills.a  1  enabled  key2  2026-11-22T04:00:01.000Z',
        'tills.b  1  enabled  key1  2026-11-22T04:00:00.000Z\n',
      ].join('\n'),
    );
    expect((await runJson('list tills')).keys.map(({ member }: { member: string }) => member)).toEqual(['a', 'b']);
    expect((await runJson('list tills.b')).keys).toHaveLength(1);
    expect((await run('list apps')).stdout).toBe('No key.\n');
    for (const { value } of gateway.keys) expect(stdout).not.toContain(value);
  });
});

describe('keys usage', () => {
  test('adds up the requests of the days, and says how many are left', async () => {
    await run('add tills.a,tills.b,kiosks.a');
    gateway.used.set('key1', [
      [3, 97],
      [4, 93],
    ]);
    expect(await runJson('usage --days 2')).toEqual({
      from: '2026-11-26',
      to: '2026-11-27',
      keys: [
        { className: 'kiosks', member: 'a', generation: 1, requests: 0 },
        { className: 'tills', member: 'a', generation: 1, requests: 7, remaining: 93 },
        { className: 'tills', member: 'b', generation: 1, requests: 0 },
      ],
    });
    expect((await run('usage tills.a')).stdout).toBe('tills.a  1  7 requests, 93 left\n');
  });

  test('says that there is no key, as the list does', async () => {
    expect(await run('usage till')).toMatchObject({ exitCode: 0, stdout: 'No key.\n' });
    expect(await run('list till')).toMatchObject({ exitCode: 0, stdout: 'No key.\n' });
  });
});

test('keys disable says that it changed nothing if no key was enabled', async () => {
  await run('add tills.a');
  expect((await run('disable tills.a --old')).stdout).toBe('No older key was enabled: nothing was changed.\n');
  await run('disable tills.a');
  expect((await run('disable tills.a')).stdout).toBe('No key was enabled: nothing was changed.\n');
});

describe('keys export and import', () => {
  test('import waits for no list that nobody sends: at a terminal it needs a file', async () => {
    expect(await run('import', { canAsk: true })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--file is missing; give a CSV file of keys, or send it to standard input.'),
    });
    expect(gateway.requests).toEqual([]);
  });

  test('carry every key over to another region: value, generation and whether it is enabled', async () => {
    await run('add tills.a,kiosks.a');
    await run('rotate tills.a');
    await run('disable tills.a --old');
    const file = path.join(folder, 'keys.csv');
    expect((await run(`export --file ${file}`)).stdout).toBe('3 keys written.\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const other = new FakeApiGateway(PLANS);
    const where = await other.start();
    try {
      expect((await run(`import --file ${file}`, { where })).stdout).toBe('3 made, 0 there already.\n');
      expect((await run('export', { where })).stdout).toBe(await readFile(file, 'utf8'));
      expect((await run('import', { where, input: await readFile(file, 'utf8') })).stdout).toBe(
        '0 made, 3 there already.\n',
      );
      expect(other.plans.flatMap(({ keyIds }) => [...keyIds])).toHaveLength(3);
    } finally {
      await other.stop();
    }
  });

  test('put the keys that a removed stack left behind into the plans of its successor', async () => {
    await run('add tills.a');
    const list = (await run('export')).stdout;
    for (const { keyIds } of gateway.plans) keyIds.clear();
    expect((await run('import', { input: list })).stdout).toBe('0 made, 1 there already.\n');
    expect(shown()).toEqual([['shops-live.tills.a', true, 'shops-live.tills']]);
  });

  test('disable the keys that the list has as disabled', async () => {
    await run('add tills.a');
    const list = (await run('export')).stdout.replace(',true,', ',false,');
    await run('import', { input: list });
    expect(gateway.keys.map(({ enabled }) => enabled)).toEqual([false]);
  });

  test('change nothing if a key exists with another value', async () => {
    await run('add tills.a');
    const value = `tills.${'x'.repeat(40)}`;
    const input = `${HEADER}\ntills,new,1,true,tills.${'y'.repeat(40)}\ntills,a,1,true,${value}\n`;
    const { exitCode, stdout, stderr } = await run('import', { input });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('tills.a (generation 1) is there with another value. Nothing was changed.');
    expect(stdout + stderr).not.toContain(value);
    expect(gateway.keys).toHaveLength(1);
  });

  test('do not overwrite a file', async () => {
    await run('add tills.a');
    const file = path.join(folder, 'keys.csv');
    await run(`export --file ${file}`);
    expect(await run(`export --file ${file}`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('The file cannot be written. An existing file is never overwritten.'),
    });
  });

  test('refuse a list that is not one, and say where', async () => {
    expect(await run('import', { input: 'tills,a' })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('The list: line 1 is not the header'),
    });
    expect(await run(`import --file ${path.join(folder, 'none.csv')}`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no file of this name can be read (ENOENT); allowed is a CSV file of keys.'),
    });
  });
});

test.each<[string, string, number, string]>([
  ['add Tills', '', 2, 'NAME is "Tills"; allowed'],
  ['rotate tills', '', 2, 'NAME is "tills"; allowed'],
  ['disable -', '', 2, 'NAME names no member'],
  ['import --file none.csv', '', 2, 'no file of this name can be read (ENOENT)'],
  ['import', 'tills,a', 1, 'The list: line 1 is not the header'],
])('%s is refused before anything is asked of AWS', async (line, input, exitCode, message) => {
  expect(await run(line, { input })).toMatchObject({ exitCode, stderr: expect.stringContaining(message) });
  expect(gateway.requests).toEqual([]);
  // An address that cannot be one: a client of AWS would fail on it.
  const ended = await run(line, { input, where: 'nowhere' });
  expect(ended).toMatchObject({ exitCode, stderr: expect.stringContaining(message) });
});

test('one key, and one request, is said in the singular', async () => {
  await run('add tills.a');
  gateway.used.set('key1', [[1, 9]]);
  expect((await run('usage tills.a')).stdout).toBe('tills.a  1  1 request, 9 left\n');
  expect((await run(`export --file ${path.join(folder, 'one.csv')}`)).stdout).toBe('1 key written.\n');
});

describe('a failure', () => {
  test('of the AWS identity ends with its exit code', async () => {
    gateway.refusing.set('GET /usageplans', 'AccessDeniedException');
    expect(await run('add tills.a')).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('AWS refuses this identity.'),
    });
  });

  test.each([
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'unreachable'],
    [Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }), 'unreachable'],
    [Object.assign(new Error('expired'), { name: 'ExpiredTokenException', $metadata: {} }), 'not-allowed'],
    [Object.assign(new Error('throttled'), { name: 'TooManyRequestsException', $metadata: {} }), 'wrong'],
    [new KeysError('It has no key.'), 'wrong'],
  ])('%s ends the command as %s', (error, exit) => {
    expect(explainKeysFailure(error)).toMatchObject({ name: 'CommandError', exit });
  });

  test('of the command itself stays as it is', () => {
    const error = new TypeError('a fault');
    expect(explainKeysFailure(error)).toBe(error);
  });
});
