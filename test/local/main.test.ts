import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Program, run } from './program.ts';

const MISS = 'lookaside; fwd=miss; fwd-status=200; stored';
const HIT = expect.stringMatching(/^lookaside; hit; ttl=\d+$/);

/** A free port, and patience with the machine that runs the tests. */
const SETTINGS = { PORT: '0', CACHE_TIMEOUT_MS: '2000' };

let programs: Program[] = [];

afterEach(async () => {
  for (const program of programs) program.kill('SIGKILL');
  await Promise.all(programs.map((program) => program.exit));
  programs = [];
});

function start(settings: Readonly<Record<string, string>> = {}): Program {
  const program = run('local/main.ts', [], { ...SETTINGS, ...settings });
  programs.push(program);
  return program;
}

/** The two lines that it prints for trying it out, once they are there. */
async function curlsOf(program: Program): Promise<string[]> {
  await program.waitFor(/(^curl .*\n){2}/m);
  return program.stdout.split('\n').filter((line) => line.startsWith('curl '));
}

/** Runs a printed line as somebody would who copied it, and gives back the reply's Cache-Status. */
async function cacheStatusOf(line: string | undefined): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `${line} -s`]);
  return /^cache-status: (.*)\r$/im.exec(stdout)?.[1];
}

function addressOf(line: string | undefined): string {
  return /'(http:[^']+)'$/.exec(line ?? '')?.[1] ?? '';
}

async function stop(program: Program): Promise<number | null> {
  program.kill('SIGTERM');
  return program.exit;
}

describe('npm start', () => {
  test('prints two curl lines that work, the second of them a hit', async () => {
    const curls = await curlsOf(start());

    expect(curls).toHaveLength(2);
    expect(await cacheStatusOf(curls[0])).toBe(MISS);
    expect(await cacheStatusOf(curls[1])).toEqual(HIT);
  });

  test('says in a line each where it is, what stands for the upstream, where the store is and what is open', async () => {
    const program = start();
    await curlsOf(program);

    const lines = program.stdout.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^Lookaside answers on http:\/\/127\.0\.0\.1:\d+, /),
      expect.stringMatching(/^Upstream: the bundled simulator; .* http:\/\/127\.0\.0\.1:\d+\/__control$/),
      expect.stringMatching(/^Store: table lookaside in an embedded DynamoDB at http:\/\/127\.0\.0\.1:\d+, in memory/),
      expect.stringMatching(/^Open to everybody on this machine/),
      expect.stringMatching(
        /^Cache administration: DELETE http:\S+\/cache\/entries\?…, .*, and events to http:\S+\/events\/capillary$/,
      ),
      expect.stringMatching(/^Try it; the first is a miss, the second, of the same customer, a hit:$/),
      expect.stringMatching(/^curl -i '/),
      expect.stringMatching(/^curl -i '/),
    ]);
    expect(program.stderr).toBe('');
  });

  test("prints the simulator's control address, which answers", async () => {
    const program = start();
    const [, control = ''] = await program.waitFor(/(http\S+\/__control)/);

    expect(await (await fetch(control)).json()).toMatchObject({ latencyMs: 300 });
  });

  test('prints no secret', async () => {
    const program = start();
    await curlsOf(program);

    expect(program.stdout).not.toMatch(/local-webhook-secret|local-key-secret/);
  });

  test('loads nothing of CDK', async () => {
    // What is loaded shows in the time, and here: a loader that refuses it.
    const refuse =
      'data:text/javascript,import { registerHooks } from "node:module"; registerHooks({ resolve(name, context, next) ' +
      '{ if (/^(aws-cdk-lib|constructs)/.test(name)) throw new Error("loads " + name); return next(name, context); } });';
    const program = start({ NODE_OPTIONS: `--import=${JSON.stringify(refuse)}` });

    expect(await curlsOf(program)).toHaveLength(2);
  });

  test('prints curl lines with a key where LOCAL_API_KEYS wants one', async () => {
    const curls = await curlsOf(start({ LOCAL_API_KEYS: 'till-key,kiosk-key' }));

    expect(curls[0]).toContain("-H 'x-api-key: till-key'");
    expect(await cacheStatusOf(curls[0])).toBe(MISS);
    expect(await cacheStatusOf(curls[1])).toEqual(HIT);
    expect((await fetch(addressOf(curls[0]))).status).toBe(403);
  });

  test('keeps entries in DATA_DIR from one run to the next', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'lookaside-'));
    try {
      const first = start({ DATA_DIR });
      expect(await cacheStatusOf((await curlsOf(first))[0])).toBe(MISS);
      expect(await stop(first)).toBe(0);

      const second = start({ DATA_DIR });
      expect(await cacheStatusOf((await curlsOf(second))[0])).toEqual(HIT);
      expect(await stop(second)).toBe(0);
    } finally {
      await rm(DATA_DIR, { recursive: true });
    }
  });

  test('shares entries with another process on the same DynamoDB', async () => {
    const first = start();
    const [, store = ''] = await first.waitFor(/DynamoDB at (http:\/\/127\.0\.0\.1:\d+)/);
    expect(await cacheStatusOf((await curlsOf(first))[0])).toBe(MISS);

    const second = start({ AWS_ENDPOINT_URL_DYNAMODB: store });

    expect(await cacheStatusOf((await curlsOf(second))[1])).toEqual(HIT);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it within two seconds, after what is under way',
    async (signal) => {
      const program = start();
      const [curl] = await curlsOf(program);
      const underWay = fetch(addressOf(curl));
      // The simulator takes 200 ms at least.
      await sleep(100);

      const startedAt = performance.now();
      program.kill(signal);

      expect((await underWay).status).toBe(200);
      expect(await program.exit).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(2000);
      expect(program.stderr).toBe('');
    },
  );
});

describe('npm start with something wrong', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a port', { PORT: 'http' }, /^Wrong settings\. PORT is "http"; allowed is .*\n$/],
    ['keys', { LOCAL_API_KEYS: ',' }, /^Wrong settings\. LOCAL_API_KEYS is wrong .*; allowed are .*\n$/],
    [
      'a setting of the functions',
      { DEFAULT_COUNTRY: 'XX' },
      /^Wrong settings\. DEFAULT_COUNTRY is "XX"; allowed .*\n$/,
    ],
    [
      'an upstream without credentials',
      { UPSTREAM_BASE_URL: 'https://upstream.example' },
      /^Wrong settings\. UPSTREAM_CREDENTIALS and .* both missing; allowed is .*\n$/,
    ],
    [
      'a folder',
      { DATA_DIR: 'package.json' },
      /^DATA_DIR is "package\.json", but it cannot be used .*; allowed is .*\n$/,
    ],
  ])('says so in one message and exits with 1: %s', async (_, settings, message) => {
    const program = start(settings);

    expect(await program.exit).toBe(1);
    expect(program.stderr).toMatch(message);
    expect(program.stdout).toBe('');
  });

  test('says so when the port is in use', async () => {
    const first = start();
    const [, port = ''] = await first.waitFor(/answers on http:\/\/127\.0\.0\.1:(\d+)/);

    const second = start({ PORT: port });

    expect(await second.exit).toBe(1);
    expect(second.stderr).toMatch(
      /^Lookaside cannot listen on port \d+ of 127\.0\.0\.1: another process uses it; .*\n$/,
    );
  });
});
