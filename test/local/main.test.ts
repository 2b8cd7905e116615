import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { timed } from '../support/free-time.ts';
import { PATIENT } from '../support/patience.ts';
import { type Program, run } from './program.ts';

const MISS = 'lookaside; fwd=miss; fwd-status=200; stored';
const HIT = expect.stringMatching(/^lookaside; hit; ttl=\d+$/);

const SETTINGS = { ...PATIENT, PORT: '0' };

let programs: Program[] = [];

function start(settings: Readonly<Record<string, string>> = {}): Program {
  const program = run('local/main.ts', [], { ...SETTINGS, ...settings });
  programs.push(program);
  return program;
}

async function endAll(): Promise<void> {
  for (const program of programs) program.kill('SIGKILL');
  await Promise.all(programs.map((program) => program.exit));
  programs = [];
}

/** The two lines that it prints for trying it out, once they are there. */
async function curlsOf(program: Program): Promise<string[]> {
  await program.waitFor(/(^curl .*\n){2}/m);
  return program.stdout.split('\n').filter((line) => line.startsWith('curl '));
}

/** Runs a printed line as a person would that copied it, and returns the reply's Cache-Status. */
async function cacheStatusOf(line: string | undefined): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `${line} -s`]);
  return /^cache-status: (.*)\r$/im.exec(stdout)?.[1];
}

/** Waits until the simulator has been asked for so many look-ups. */
async function untilAsked(control: string, lookups: number): Promise<void> {
  for (;;) {
    const { counters } = (await (await fetch(control)).json()) as { counters: { v2Lookups: number } };
    if (counters.v2Lookups >= lookups) return;
    await sleep(10);
  }
}

function addressOf(line: string | undefined): string {
  return /'(http:[^']+)'$/.exec(line ?? '')?.[1] ?? '';
}

describe('npm start', () => {
  let program: Program;
  beforeAll(() => {
    program = start();
  });
  afterAll(endAll);

  test('says its address first, then in one row each where its parts are, and what to try', async () => {
    await curlsOf(program);

    expect(program.stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^Lookaside answers on http:\/\/127\.0\.0\.1:\d+, until Ctrl-C$/),
      '',
      expect.stringMatching(/^ {2}Console {8}http:\/\/127\.0\.0\.1:\d+\/$/),
      expect.stringMatching(/^ {2}Kiosk {10}http:\S+\/\?kiosk$/),
      expect.stringMatching(/^ {2}API reference {2}http:\S+\/docs$/),
      expect.stringMatching(
        /^ {2}Upstream {7}the bundled simulator; a command to http:\/\/127\.0\.0\.1:\d+\/__control makes /,
      ),
      expect.stringMatching(
        /^ {2}Store {10}table lookaside in an embedded DynamoDB at http:\/\/127\.0\.0\.1:\d+, in memory/,
      ),
      expect.stringMatching(/^ {2}Callers {8}everybody on this machine/),
      expect.stringMatching(
        /^ {2}Purges {9}DELETE http:\S+\/cache\/entries\?…, DELETE http:\S+\/cache\/customers\/\{customerId\}$/,
      ),
      expect.stringMatching(/^ {2}Events {9}POST http:\S+\/events\/capillary$/),
      expect.stringMatching(/^ {2}Invoke by SDK {2}AWS_ENDPOINT_URL_LAMBDA=http:\S+ AWS_REGION=us-east-1 /),
      '',
      'Try it. The first request is a miss. The second, for the same customer, is a hit:',
      expect.stringMatching(/^curl -i '/),
      expect.stringMatching(/^curl -i '/),
    ]);
    expect(program.stderr).toBe('');
  });

  test('prints two curl lines that work, the second of them a hit', async () => {
    const curls = await curlsOf(program);

    expect(curls).toHaveLength(2);
    expect(await cacheStatusOf(curls[0])).toBe(MISS);
    expect(await cacheStatusOf(curls[1])).toEqual(HIT);
  });

  test("prints the simulator's control address, which works", async () => {
    const [, control = ''] = await program.waitFor(/(http\S+\/__control)/);

    expect(await (await fetch(control)).json()).toMatchObject({ latencyMs: 300 });
  });

  test('prints no secret', async () => {
    await curlsOf(program);

    expect(program.stdout).not.toMatch(/local-webhook-secret|local-key-secret/);
  });

  test('prints the address of its store, so that another process can share its entries', async () => {
    const [, store = ''] = await program.waitFor(/DynamoDB at (http:\/\/127\.0\.0\.1:\d+)/);
    await cacheStatusOf((await curlsOf(program))[0]);

    const other = start({ AWS_ENDPOINT_URL_DYNAMODB: store });

    expect(await cacheStatusOf((await curlsOf(other))[1])).toEqual(HIT);
  });

  test('says in one message that the port is in use, and exits with 1', async () => {
    const [, port = ''] = await program.waitFor(/answers on http:\/\/127\.0\.0\.1:(\d+)/);

    const other = start({ PORT: port });

    expect(await other.exit).toBe(1);
    expect(other.stderr).toMatch(
      /^Lookaside cannot listen on port \d+ of 127\.0\.0\.1: another process uses it; .*\n$/,
    );
  });
});

describe('npm start and its end', () => {
  afterEach(endAll);

  // Ctrl-C in a terminal signals npm and its child, and npm passes its own signal on.
  test.each([
    [['SIGTERM']],
    [['SIGINT']],
    [['SIGINT', 'SIGINT', 'SIGTERM', 'SIGTERM', 'SIGINT']],
  ] satisfies readonly (readonly [readonly NodeJS.Signals[]])[])(
    '%j ends it within two seconds, after the requests in progress',
    async (signals) => {
      const program = start();
      const [miss, hit] = (await curlsOf(program)).map(addressOf);
      const [, control = ''] = await program.waitFor(/(http\S+\/__control)/);
      // The first look-up loads code. The next takes as long as the simulator does.
      await fetch(miss ?? '');
      await fetch(control, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ latencyMs: 500, jitterMs: 0 }),
      });
      const underWay = fetch(hit ?? '', { headers: { 'cache-control': 'no-cache' } });
      await untilAsked(control, 2);

      const { result, freeMs } = await timed(async () => {
        for (const [index, signal] of signals.entries()) {
          // The system merges equal signals that the process has not taken yet.
          if (index > 0) await sleep(50);
          program.kill(signal);
        }
        return { status: (await underWay).status, exitCode: await program.exit };
      });

      expect(result).toEqual({ status: 200, exitCode: 0 });
      // On a busy machine both processes stand still for seconds. They wait no longer than this.
      expect(freeMs).toBeLessThan(2000);
      expect(program.stderr).toBe('');
    },
  );

  test('goes on, and says so once, if the reader of its output is gone', async () => {
    const program = start();
    const url = addressOf((await curlsOf(program))[0]);

    program.closeStdout();

    for (const _ of [1, 2, 3]) expect((await fetch(url)).status).toBe(200);
    program.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    expect(program.stderr).toBe(
      'Standard output cannot be written (EPIPE). The service goes on, without its log there.\n',
    );
  });

  test('keeps entries in DATA_DIR from one run to the next, where only its owner can read them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lookaside-'));
    const DATA_DIR = join(folder, 'data');
    try {
      const first = start({ DATA_DIR });
      expect(await cacheStatusOf((await curlsOf(first))[0])).toBe(MISS);
      first.kill('SIGTERM');
      expect(await first.exit).toBe(0);

      const second = start({ DATA_DIR });
      expect(await cacheStatusOf((await curlsOf(second))[0])).toEqual(HIT);
      expect((await stat(DATA_DIR)).mode & 0o777).toBe(0o700);
    } finally {
      await endAll();
      await rm(folder, { recursive: true });
    }
  });

  test('loads nothing of CDK', async () => {
    const refuse =
      'data:text/javascript,import { registerHooks } from "node:module"; registerHooks({ resolve(name, context, next) ' +
      '{ if (/^(aws-cdk-lib|constructs)/.test(name)) throw new Error("loads " + name); return next(name, context); } });';
    const program = start({ NODE_OPTIONS: `--import=${JSON.stringify(refuse)}` });

    expect(await curlsOf(program)).toHaveLength(2);
  });

  test('prints the problem in one message, without a stack, and exits with 1', async () => {
    const wrong = {
      setting: start({ DEFAULT_COUNTRY: 'XX' }),
      localSetting: start({ PORT: 'http' }),
      folder: start({ DATA_DIR: 'package.json' }),
      folderBelowAFile: start({ DATA_DIR: 'package.json/data/more' }),
      folderThatCannotBeMade: start({ DATA_DIR: '/proc/lookaside/data' }),
    };

    expect(await Promise.all(Object.values(wrong).map((program) => program.exit))).toEqual([1, 1, 1, 1, 1]);
    expect(wrong.setting.stderr).toMatch(/^Wrong settings\. DEFAULT_COUNTRY is "XX"; allowed is .*\n$/);
    expect(wrong.localSetting.stderr).toMatch(/^Wrong settings\. PORT is "http"; allowed is .*\n$/);
    for (const folder of [wrong.folder, wrong.folderBelowAFile, wrong.folderThatCannotBeMade]) {
      expect(folder.stderr).toMatch(/^DATA_DIR is ".*", but it cannot be used .*; allowed is .*\n$/);
    }
    expect(
      Object.values(wrong)
        .map((program) => program.stdout)
        .join(''),
    ).toBe('');
  });

  test('refuses an option, which would have no effect; --help says where the settings are', async () => {
    const [wrong, help] = ['--port=3001', '--help'].map((arg) => {
      const program = run('local/main.ts', [arg], SETTINGS);
      programs.push(program);
      return program;
    });
    expect(await Promise.all([wrong?.exit, help?.exit])).toEqual([1, 0]);
    const usage = expect.stringMatching(/^Usage: npm start takes no option\. .*PORT=3001 npm start.*\n$/);
    expect([wrong?.stdout, wrong?.stderr, help?.stdout, help?.stderr]).toEqual(['', usage, usage, '']);
  });

  test('names every wrong setting in one message, local or not', async () => {
    const program = start({ PORT: 'http', DEFAULT_COUNTRY: 'XX', UPSTREAM_BASE_URL: 'https://eu.api.example.com/v2' });

    expect(await program.exit).toBe(1);
    expect(program.stderr).toMatch(/^Wrong settings\. .*\n$/);
    for (const name of ['PORT', 'DEFAULT_COUNTRY', 'UPSTREAM_BASE_URL', 'UPSTREAM_CREDENTIALS']) {
      expect(program.stderr).toMatch(new RegExp(`${name} (is|and) `));
    }
  });

  test('warns about a name that is close to a setting, without its value', async () => {
    const program = start({ FRESH_SECOND: 'canary' });
    await curlsOf(program);

    expect(program.stderr).toBe(
      'FRESH_SECOND is set, and is not a setting of Lookaside. If FRESH_SECONDS is meant, rename it; if not, leave it.\n',
    );
  });
});
