import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lookup as lookupCommand } from '../../cli/commands/lookup.ts';
import { COMMANDS } from '../../cli/commands.ts';
import { DIRECTIVE_NAMES } from '../../functions/lookup/directives.ts';
import { type Program, run } from '../local/program.ts';
import { startHttpServer } from '../support/loopback-server.ts';
import { PATIENT } from '../support/patience.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Ended, runCommandLine } from './run-command-line.ts';
import { type Spawned, spawnLookaside, startLookaside } from './spawn-lookaside.ts';

// Tests the real command line against the real service of `npm start`. Each command and each exit code is seen once as a
// process of its own. All else is tested in this process: it takes much less time.

const MOBILE = '1234512345';
const CUSTOMER = '566881933';

let service: Program;
let url: string;
beforeAll(async () => {
  service = run('local/main.ts', [], { ...PATIENT, PORT: '0', LOG_LEVEL: 'SILENT' });
  [, url = ''] = await service.waitFor(/answers on (http:\S+?),/);
});
afterAll(async () => {
  service?.kill('SIGKILL');
  await service?.exit;
});

/** A busy machine may take longer than people wait. */
const UNHURRIED = ['--deadline-ms', '300000'];

const unhurried = (args: readonly string[]) => [...args, ...(args[0] === 'lookup' ? UNHURRIED : [])];

/** As a process of its own. */
const lookaside = (args: readonly string[], { input = '', environment = {} }: Partial<Spawned> = {}) =>
  spawnLookaside(unhurried(args), { input, environment: { LOOKASIDE_URL: url, ...environment } });

/** The same in this process. */
const inProcess = (args: readonly string[]): Promise<Ended> =>
  runCommandLine(unhurried(args), COMMANDS, { environment: { LOOKASIDE_URL: url } });

/**
 * Looks a customer up until the cache has it: for half a second after an invalidation, the service stores no answer.
 */
async function untilHit(...options: readonly string[]): Promise<void> {
  let ended: Ended;
  do ended = await inProcess(['lookup', `mobile=${MOBILE}`, ...options]);
  while (ended.stdout.startsWith('MISS'));
  expect(ended.stdout).toMatch(/^HIT /);
}

/** The text that may be on standard error if nothing is wrong: that work takes long. */
const NOTHING_WRONG = expect.not.stringContaining('error');

describe('lookaside lookup', () => {
  test('says a miss and then a hit, in one line each, and never names the customer', async () => {
    await inProcess(['purge', `mobile=${MOBILE}`]);
    const miss = await lookaside(['lookup', `mobile=${MOBILE}`]);
    await untilHit();
    const hit = await lookaside(['lookup', `mobile=${MOBILE}`]);
    expect([miss.exitCode, miss.stderr, hit.exitCode]).toEqual([0, NOTHING_WRONG, 0]);
    expect(miss.stdout).toMatch(/^MISS {2}found {2}ttl=\d+ {2}age=\d+ {2}v2 mobile {2}\d+ ms\n$/);
    expect(hit.stdout).toMatch(/^HIT {2}found {2}ttl=\d+ {2}age=\d+ {2}v2 mobile {2}\d+ ms\n$/);
  });

  test('takes a number from standard input, and gives the same outcome by direct invocation as over HTTP', async () => {
    const invoked = await lookaside(['lookup', 'mobile=-', '--function', 'lookaside-invoke', '--json'], {
      input: `+91 ${MOBILE}\n`,
      environment: { AWS_ENDPOINT_URL_LAMBDA: url },
    });
    const asked = await inProcess(['lookup', `mobile=${MOBILE}`, '--json']);
    const names = (json: string) => Object.keys(JSON.parse(json));
    expect(JSON.parse(invoked.stdout)).toMatchObject({ api: 'v2', identifierName: 'mobile', kind: 'found' });
    expect(names(invoked.stdout)).toEqual(names(asked.stdout));
    expect(invoked.stdout + asked.stdout).not.toContain(MOBILE);
  });

  test('prints the customer only with --show-customer, by v1.1 too', async () => {
    const args = ['lookup', `id=${CUSTOMER}`, '--api', 'v1.1', '--json'];
    const [without, withCustomer] = [await inProcess(args), await inProcess([...args, '--show-customer'])];
    expect(JSON.parse(without.stdout)).not.toHaveProperty('customer');
    expect(JSON.parse(withCustomer.stdout).customer).toMatchObject({ user_id: CUSTOMER });
  });

  test.each<[string, string[], number, RegExp]>([
    ['a customer that is not found', ['externalId=nobody'], 3, /^MISS {2}not found/],
    ['a refused identifier', ['mobile=12'], 1, /^ERROR {2}invalid_identifier .*\n.*not a mobile number/],
    [
      'nothing in the cache',
      ['email=nobody@example.com', '--cache-control', 'only-if-cached'],
      1,
      /^ERROR {2}not_cached/,
    ],
    [
      'no server at the address',
      ['mobile=1', '--url', 'http://127.0.0.1:9'],
      4,
      /^ERROR {2}unreachable .*\n127\.0\.0\.1:9 cannot be reached \(.+\)\. Run npm start/,
    ],
    ['something else at the address', ['mobile=1', '--url', 'URL/__console/'], 4, /^ERROR {2}invalid_answer/],
  ])('%s is a result on standard output, with a separate exit code', async (_case, args, code, words) => {
    const ended = await inProcess(['lookup', ...args.map((each) => each.replace('URL', url))]);
    expect(ended).toEqual({ exitCode: code, stdout: expect.stringMatching(words), stderr: '' });
  });

  test.each<[string, RegExp]>([
    ['--cache-control no-cach', /--cache-control is "no-cach"; allowed is a list, .* of no-cache, no-store, .*max-age/],
    ['--cache-control no-cache,max-age', /--cache-control is "no-cache,max-age"; allowed is .* as in max-age=60/],
    ['--cache-control max-age=soon', /--cache-control is not repeated here, .*; allowed is /],
    ['--cache-control ,', /--cache-control is ","; allowed is /],
    ['--source WECHAT', /--account-id is missing: it is required for every --source but INSTORE/],
    ['--source WECHAT --api v1.1', /belong to v2/],
    ['--function f --url http://127.0.0.1:9', /--function and --url are both given; allowed is one of them/],
    ['--function f --key till-key', /--function and --key are both given; allowed is one of them/],
  ])('%s is refused before anything is asked', async (options, words) => {
    const { exitCode, stdout, stderr } = await inProcess(['lookup', `mobile=${MOBILE}`, ...options.split(' ')]);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(words)]);
  });

  test.each(DIRECTIVE_NAMES)('takes the directive %s', (name) => {
    const { cacheControl } = lookupCommand.options;
    const texts = [name, `${name}=60`, ` ${name}="60" `, name.toUpperCase()];
    const takes = (given: string) => cacheControl?.read(given) === given;
    expect(texts.some(takes)).toBe(true);
    expect(takes(`no-cache, ${texts.find(takes)}`)).toBe(true);
  });

  test('says in JSON too why nothing answers', async () => {
    const { exitCode, stdout } = await inProcess(['lookup', 'mobile=1', '--url', 'http://127.0.0.1:9', '--json']);
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      4,
      expect.objectContaining({
        kind: 'error',
        code: 'unreachable',
        message: expect.stringMatching(/^127\.0\.0\.1:9 cannot be reached \(.+\)\. Run npm start/),
      }),
    ]);
  });
});

test('npm links the command line as npx lookaside', () => {
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/.bin/lookaside', '--version'], {
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
});

test('a misspelt option ends the command with 2; the message says what it is close to, and shows no stack', async () => {
  const { exitCode, stdout, stderr } = await inProcess(['lookup', `mobile=${MOBILE}`, '--emebd', 'points']);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toBe(
    "error: unknown option '--emebd' (Did you mean --embed?)\nUsage: npx lookaside lookup [options] <NAME=VALUE>\n" +
      'npx lookaside lookup --help says more.\n',
  );
});

describe('a command that changes entries', () => {
  const lookup = async () =>
    JSON.parse((await inProcess(['lookup', `mobile=${MOBILE}`, '--json'])).stdout).cache.status;

  test('sends an event: one of points marks them, one of a customer deletes them; it sends a file as it is', async () => {
    await untilHit();
    const marked = await lookaside(['trigger', 'pointsRedeemed', '--customer', CUSTOMER]);
    expect([marked.exitCode, marked.stdout]).toEqual([
      0,
      expect.stringMatching(/^\d+ entr(y is|ies are) deleted or marked/),
    ]);
    expect(await lookup()).toBe('miss');

    await untilHit();
    const deleted = await inProcess(['trigger', 'customerupdated', '--identifier', `mobile=${MOBILE}`, '--json']);
    expect([deleted.exitCode, JSON.parse(deleted.stdout)]).toEqual([0, { invalidated: expect.any(Number) }]);
    expect(await lookup()).toBe('miss');

    await untilHit();
    const file = join(temporaryFolder(), 'event.json');
    await writeFile(
      file,
      JSON.stringify({ eventName: 'pointsIssued', data: { customerIdentifiers: { customerId: CUSTOMER } } }),
    );
    expect((await inProcess(['trigger', file])).stdout).toMatch(/^[1-9]\d* entr/);
    expect((await inProcess(['trigger', 'events/invalidate/event-packed.json'])).exitCode).toBe(0);
  });

  test('purges an identifier, and a customer', async () => {
    await untilHit();
    expect(await lookaside(['purge', `mobile=+91 ${MOBILE}`])).toEqual({
      exitCode: 0,
      stdout: 'Gone: every entry of that identifier.\n',
      stderr: NOTHING_WRONG,
    });
    expect(await lookup()).toBe('miss');
    await untilHit();
    const { stdout } = await inProcess(['purge', `customer=${CUSTOMER}`, '--json']);
    expect(JSON.parse(stdout)).toEqual({ isPurged: true, purged: expect.any(Number) });
    expect(await lookup()).toBe('miss');
  });

  test.each<[string, string[], number, RegExp]>([
    [
      'a wrong secret',
      ['trigger', 'pointsRedeemed', '--customer', '1', '--webhook-secret', 'guess'],
      5,
      /refuses this secret/,
    ],
    [
      'an event that is not documented',
      ['trigger', 'pointsRedeem', '--customer', '1'],
      2,
      /"pointsRedeem" \(Did you mean pointsRedeemed\?\); with .* allowed is transactionAdded, /,
    ],
    ['an event about no customer', ['trigger', 'pointsRedeemed'], 2, /--customer or --identifier is missing/],
    ['a missing file', ['trigger', 'nothing.json'], 2, /no file of this name can be read \(ENOENT\)/],
    ['a folder', ['trigger', 'events/invalidate'], 2, /no file of this name can be read \(EISDIR\)/],
    ['a file for another function', ['trigger', 'events/http/found-id.json'], 2, /not an event for the webhook/],
    ['a refused identifier', ['purge', 'mobile=12'], 1, /Nothing is acknowledged, invalid_identifier/],
    ['no customer id', ['purge', 'customer=x'], 2, /not a customer id; allowed is a whole number/],
    ['a customer of one source', ['purge', 'customer=1', '--source', 'INSTORE'], 2, /belong to an identifier/],
    ['a source without its account', ['purge', 'mobile=1', '--source', 'WECHAT'], 2, /--account-id is missing/],
    ['neither a customer nor an identifier', ['purge', 'customers=1'], 2, /allowed names are customer, cardnumber, /],
    [
      'no server at the address',
      ['purge', 'customer=1', '--url', 'http://127.0.0.1:9'],
      4,
      /^error: 127\.0\.0\.1:9 cannot be reached \(.+\)\. Run npm start, .* by --url: /,
    ],
  ])('reports %s in words', async (_case, args, code, words) => {
    const { exitCode, stdout, stderr } = await inProcess(args);
    expect([exitCode, stdout, stderr]).toEqual([code, '', expect.stringMatching(words)]);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test('a command without an AWS identity ends with 5, and names what is missing', async () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-secret';
  const commands: [string[], RegExp][] = [
    [
      ['secret', '--secret', arn],
      /^error: Secrets Manager cannot be asked: this needs AWS credentials and a region .*\n$/,
    ],
    [['purge', 'customer=1', '--url', 'https://lookaside.invalid/'], /needs AWS credentials/],
    [['watch', '--deployment', 'production'], /CloudWatch cannot be asked.*region/],
    [['lookup', 'mobile=1', '--function', 'f'], /Lambda cannot be asked.*region/],
    [['peek', 'mobile=1', '--function', 'f'], /Lambda cannot be asked.*region/],
    [['peek', `mobile=${MOBILE}`, '--own-settings'], /DynamoDB cannot be asked.*region/],
    [['doctor', '--function', 'f'], /Lambda cannot be asked.*region/],
    [['keys', 'list', '--deployment', 'shops'], /API Gateway cannot be asked.*region/],
    [['smoke', '--signed'], /needs AWS credentials and a region/],
    [['secret', '--secret', 'a-name'], /Nothing stored\. No region is set\./],
  ];
  const environment = {
    AWS_EC2_METADATA_DISABLED: 'true',
    UPSTREAM_CREDENTIALS: '{"username":"a","password":"b"}',
    CACHE_KEY_SECRET: 'a-key-secret-of-a-test',
  };
  const ended = await Promise.all(commands.map(([args]) => lookaside(args, { environment })));
  expect(ended).toEqual(
    commands.map(([, words]) => ({ exitCode: 5, stdout: '', stderr: expect.stringMatching(words) })),
  );
  for (const { stderr } of ended) expect(stderr).not.toMatch(/^\s+at /m);
});

test.each<[title: string, Partial<Spawned>]>([
  ['in standard input', { input: '{"username":"hush"}' }],
  ['in the environment', { environment: { UPSTREAM_CREDENTIALS: 'hush' } }],
])('wrong credentials of the upstream %s are reported before AWS is asked for anything', async (_title, spawned) => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-secret';
  const environment = { AWS_EC2_METADATA_DISABLED: 'true', ...spawned.environment };
  const { exitCode, stdout, stderr } = await lookaside(['secret', '--secret', arn], { ...spawned, environment });
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^error: Nothing stored: the credentials are wrong\./)]);
  expect(stdout + stderr).not.toContain('hush');
});

test('a process ends with the exit code of its command, and says the same as in this process', async () => {
  const commands: [string[], number][] = [
    [['cost'], 0],
    [['forecast', ...'--stores 1 --tills 1 --visits 1 --customers 9'.split(' ')], 0],
    [['drift'], 1],
    [['keys', 'lend', '--deployment', 'shops'], 2],
    [['purge', 'customer=x'], 2],
    [['trigger', 'pointsRedeemed'], 2],
    [['peek', 'externalId=somebody'], 3],
    [['watch', '--rounds', '1', '--url', 'http://127.0.0.1:9'], 4],
  ];
  const asProcesses = await Promise.all(commands.map(([args]) => lookaside(args)));
  const here = await Promise.all(commands.map(([args]) => inProcess(args)));
  expect(asProcesses.map(({ exitCode }) => exitCode)).toEqual(commands.map(([, code]) => code));
  // A process also says on standard error that work takes long.
  expect(asProcesses).toEqual(here.map((ended) => ({ ...ended, stderr: expect.stringContaining(ended.stderr) })));
});

describe('lookaside peek', () => {
  test('shows the variants of an identifier, without asking the upstream or changing anything', async () => {
    await inProcess(['purge', `customer=${CUSTOMER}`]);
    const nothing = await inProcess(['peek', `mobile=${MOBILE}`]);
    expect([nothing.exitCode, nothing.stdout]).toEqual([3, expect.stringMatching(/^The cache has no entry/)]);

    await untilHit('--embed', 'points');
    const { exitCode, stdout } = await lookaside(['peek', `mobile=+91 ${MOBILE}`]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^HIT {2}v2 {2}embed=points\n {2}served {2}yes, fresh\n {2}entry {3}found \(200\), \d+ bytes/m,
    );

    await inProcess(['trigger', 'tierUpgraded', '--customer', CUSTOMER]);
    const marked = JSON.parse((await inProcess(['peek', `mobile=${MOBILE}`, '--json'])).stdout);
    expect(marked).toMatchObject({ identifierName: 'mobile', source: 'INSTORE' });
    expect(marked.variants).toContainEqual(
      expect.objectContaining({ verdict: { use: 'forward', because: 'marked-stale', mayStandIn: true } }),
    );
  });

  test('of a deployment reads the table with the settings of its function, or with those of this shell', async () => {
    const [, storeUrl = ''] = await service.waitFor(/embedded DynamoDB at (http:\S+),/);
    const settings = { CACHE_KEY_SECRET: 'local-key-secret', CACHE_TABLE: 'lookaside' };
    const { url: lambda } = await startHttpServer((response, { url: path }) => {
      response.statusCode = path.includes('a-function') ? 200 : 404;
      response.setHeader('content-type', 'application/json');
      response.setHeader('x-amzn-errortype', 'ResourceNotFoundException');
      const deployed = { UPSTREAM_BASE_URL: 'https://a.example', UPSTREAM_CREDENTIALS_ARN: 'an-arn', ...settings };
      response.end(JSON.stringify({ Environment: { Variables: deployed } }));
    });
    const environment = { AWS_ENDPOINT_URL_LAMBDA: lambda, AWS_ENDPOINT_URL_DYNAMODB: storeUrl };
    await untilHit();
    const here = JSON.parse((await inProcess(['peek', `mobile=${MOBILE}`, '--json'])).stdout);
    const kept = ({ variants }: { variants: { entry: { askedAt: number } }[] }) =>
      variants.map(({ entry }) => entry.askedAt);
    expect(kept(here).length).toBeGreaterThan(0);
    const [unknown, ...read] = await Promise.all([
      lookaside(['peek', `mobile=${MOBILE}`, '--function', 'another'], { environment }),
      ...[['--function', 'a-function'], ['--own-settings']].map((args) =>
        lookaside(['peek', `mobile=${MOBILE}`, '--json', ...args], { environment: { ...environment, ...settings } }),
      ),
    ]);
    expect(read.map(({ stdout }) => kept(JSON.parse(stdout)))).toEqual([kept(here), kept(here)]);
    expect([unknown.exitCode, unknown.stderr]).toEqual([1, expect.stringMatching(/There is no function another/)]);
  });

  test('with the settings of this shell says which of them may be wrong', async () => {
    const [, AWS_ENDPOINT_URL_DYNAMODB = ''] = await service.waitFor(/embedded DynamoDB at (http:\S+),/);
    const peek = (settings: Readonly<Record<string, string>>) =>
      lookaside(['peek', `mobile=${MOBILE}`, '--own-settings'], {
        environment: { AWS_ENDPOINT_URL_DYNAMODB, CACHE_KEY_SECRET: 'another-key-secret', ...settings },
      });
    const [otherKey, otherTable] = await Promise.all([peek({}), peek({ CACHE_TABLE: 'another' })]);
    expect([otherKey.exitCode, otherKey.stdout]).toEqual([
      3,
      expect.stringMatching(
        /^The cache has no entry .*; or CACHE_KEY_SECRET of this shell is not that of the service\.\n$/,
      ),
    ]);
    expect([otherTable.exitCode, otherTable.stderr]).toEqual([
      1,
      'error: There is no table another there. Check CACHE_TABLE, AWS_REGION and AWS_PROFILE.\n',
    ]);
  });

  test.each<[string, string[], number, RegExp]>([
    ['a refused identifier', ['mobile=12'], 1, /not a mobile number/],
    ['a deployment by its address', ['mobile=1', '--url', 'https://lookaside.invalid'], 2, /--function is missing/],
    ['two ways at once', ['mobile=1', '--function', 'f', '--own-settings'], 2, /both given/],
    ['an address beside a function', ['mobile=1', '--function', 'f', '--url', 'http://127.0.0.1:9'], 2, /both given/],
    ['an address beside a table', ['mobile=1', '--own-settings', '--url', 'http://127.0.0.1:9'], 2, /both given/],
    ['a source without its account', ['mobile=1', '--source', 'WECHAT'], 2, /--account-id is missing/],
    ['no secret', ['mobile=1', '--own-settings'], 2, /needs CACHE_KEY_SECRET/],
    ['no server at the address', ['mobile=1', '--url', 'http://127.0.0.1:9'], 4, /cannot be reached/],
  ])('reports %s in words', async (_case, args, code, words) => {
    const { exitCode, stderr } = await inProcess(['peek', ...args]);
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(words)]);
  });
});

describe('lookaside watch', () => {
  test('reports the look-ups of the local service, one document each time, until Ctrl-C', async () => {
    await untilHit();
    const watching = startLookaside(['watch', '--json'], { input: '', environment: { LOOKASIDE_URL: url } });
    const frames = () =>
      watching.stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    const query = `source=INSTORE&identifierName=mobile&identifierValue=${MOBILE}`;
    while (!(frames().at(-1)?.total.tally.counts.hit > 0)) {
      await fetch(`${url}/v2/customers/lookup/customerDetails?${query}`);
    }
    watching.interrupt();
    expect(await watching.end).toMatchObject({ exitCode: 130, stderr: '' });
    const sum = frames().reduce((total, { tally }) => total + tally.lookups, 0);
    expect(frames().at(-1)).toMatchObject({
      of: url,
      total: { tally: { lookups: sum, hitRatio: expect.any(Number) } },
    });
  });

  test("of a deployment reports CloudWatch's metrics of the last whole minutes", async () => {
    const asked: string[] = [];
    const { url: cloudWatch } = await startHttpServer((response, { body }) => {
      asked.push(body);
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end('{"MetricDataResults":[{"Id":"count_Hit","Values":[5,4]},{"Id":"count_Miss","Values":[1]}]}');
    });
    const { exitCode, stdout } = await lookaside(['watch', '--deployment', 'production', '--rounds', '1'], {
      environment: {
        AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'made-up',
        AWS_SECRET_ACCESS_KEY: 'made-up',
      },
    });
    expect([exitCode, stdout]).toEqual([0, '300 s  look-ups 10  hit 9  miss 1  hit ratio 90 %  upstream 0\n']);
    const { StartTime, EndTime } = JSON.parse(asked[0] ?? '');
    expect([EndTime - StartTime, EndTime % 60]).toEqual([300, 0]);
  });

  test.each<[string, string[], number, RegExp]>([
    ['a deployment by its address', ['--url', 'https://lookaside.invalid'], 2, /--deployment is missing/],
    ['a time without a deployment', ['--minutes', '5'], 2, /--minutes has no effect without --deployment/],
    ['an address beside a deployment', ['--deployment', 'a', '--url', 'http://127.0.0.1:9'], 2, /both given/],
    ['no server at the address', ['--url', 'http://127.0.0.1:9'], 4, /cannot be reached/],
  ])('reports %s in words', async (_case, args, code, words) => {
    const { exitCode, stderr } = await inProcess(['watch', '--rounds', '1', ...args]);
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(words)]);
  });
});

test.each<readonly [args: readonly string[], words: RegExp]>([
  [['--identifier', 'mobile'], /the identifier is not NAME=VALUE/],
  [['--identifier', 'moble=1'], /the name before = is not that of an identifier \(Did you mean mobile\?\)/],
  [['--identifier', 'wechat=x', '--api', 'v1.1'], /v1\.1 does not know wechat; leave --api out\./],
])('lookaside smoke refuses %j: it would look nobody up', async (args, words) => {
  const { exitCode, stderr } = await inProcess(['smoke', ...args]);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(words)]);
});

test('lookaside smoke takes an identifier in every spelling of its name, for both APIs', async () => {
  const { exitCode, stdout } = await inProcess(['smoke', '--identifier', 'MOBILE=1234512345']);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^4\. v1\.1 200 .*; hit;/m)]);
});

test('lookaside smoke checks the service, and npm run smoke is the same', async () => {
  const { exitCode, stdout } = await lookaside(['smoke', '--json']);
  expect([exitCode, JSON.parse(stdout)]).toEqual([0, { isWell: true, seen: expect.any(Array), problems: [] }]);
});
