import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalService, startLocal } from '../../local/service.ts';
import { basicAuthorization, DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { plainEnvironment } from '../deploy/process.ts';
import { startHttpServer } from '../support/loopback-server.ts';
import { PATIENT } from '../support/patience.ts';

const log = { info: () => undefined, error: () => undefined };
const FOUND = 'source=INSTORE&identifierName=mobile&identifierValue=1234512345';
const OTHER = 'source=INSTORE&identifierName=externalId&identifierValue=CUST-0006&embed=points';
const NOBODY = 'source=INSTORE&identifierName=mobile&identifierValue=9999999999';

let service: LocalService;
beforeAll(async () => {
  service = await startLocal(
    { ...PATIENT, PORT: '0', LOCAL_API_KEYS: 'till-key', STALE_WHILE_REVALIDATE_SECONDS: '0' },
    { log, simulator: { latencyMs: 0, jitterMs: 0 } },
  );
});
afterAll(() => service.close());

const compare = (lines: readonly string[], ...parameters: string[]) => compareWith({}, lines, ...parameters);

async function compareWith(
  given: Readonly<Record<string, string | undefined>>,
  lines: readonly string[],
  ...parameters: string[]
) {
  const child = spawn(process.execPath, ['examples/shadow/compare.ts', ...parameters], {
    env: {
      ...plainEnvironment(),
      LOOKASIDE_URL: service.url,
      LOOKASIDE_API_KEY: 'till-key',
      CAPILLARY_URL: service.simulator?.url,
      CAPILLARY_AUTHORIZATION: basicAuthorization(DEFAULT_BASIC_CREDENTIALS),
      ...given,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  child.stdin.end(lines.join('\n'));
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  return { exitCode, output: output.trim().split('\n') };
}

/** Lookaside's error if Capillary refuses a look-up and does not say why. */
const REFUSED = JSON.stringify({
  status: 400,
  code: 'upstream_refused',
  requestId: 'a',
  errors: [{ status: false, code: 'upstream_refused', message: 'canary' }],
});

/** Compares an answer of a Lookaside with one of a Capillary. */
async function compareAnswers(...answers: [status: number, body: string][]) {
  const [lookaside, capillary] = await Promise.all(
    answers.map(([status, body]) => {
      const type = body.includes('"requestId"') ? 'application/problem+json' : 'application/json';
      return startHttpServer((response) => void response.writeHead(status, { 'content-type': type }).end(body));
    }),
  );
  return compareWith({ LOOKASIDE_URL: lookaside?.url, CAPILLARY_URL: capillary?.url }, [FOUND]);
}

describe('examples/shadow/compare.ts', () => {
  test('finds the answers of both the same: a miss, a hit, sections, not found, with the digits of numbers', async () => {
    expect(await compare([FOUND, FOUND, OTHER, NOBODY])).toEqual({
      exitCode: 0,
      output: ['4 same, 0 different, 0 failed'],
    });
  });

  test('takes a file of Windows: a byte order mark, and its ends of lines', async () => {
    expect(await compare([`\uFEFF${FOUND}\r`, `${NOBODY}\r`])).toEqual({
      exitCode: 0,
      output: ['2 same, 0 different, 0 failed'],
    });
  });

  test('counts a refused credential of either side as failed, and not as a difference', async () => {
    const { url } = await startHttpServer((response) => void response.writeHead(401).end('{"message":"Unauthorized"}'));
    for (const refusing of [{ LOOKASIDE_URL: url }, { CAPILLARY_URL: url }]) {
      const { exitCode, output } = await compareWith(refusing, [FOUND]);
      expect([exitCode, output.at(-1)]).toEqual([1, '0 same, 0 different, 1 failed']);
    }
  });

  test('names each difference by its line and its path, never by a value', async () => {
    await compare([OTHER]);
    const change = { id: 'CUST-0006', points: '7.25' };
    const { customers } = (await (await fetch(`${service.simulator?.url}/__control/customers?q=CUST-0006`)).json()) as {
      customers: { id: string }[];
    };
    const response = await fetch(`${service.simulator?.url}/__control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ change: { ...change, id: String(customers[0]?.id) } }),
    });
    expect(response.status).toBe(200);

    const { exitCode, output } = await compare(['', NOBODY, OTHER]);
    expect(exitCode).toBe(1);
    expect(output).toEqual([
      expect.stringMatching(/^line 3: differs in .*[pP]oints.*; Lookaside's answer is \d+ s old$/),
      '1 same, 1 different, 0 failed',
    ]);
    expect(output.join()).not.toMatch(/7\.25|CUST-0006/);

    expect(await compare([OTHER], '--fresh')).toEqual({ exitCode: 0, output: ['1 same, 0 different, 0 failed'] });
  });
  test.each<[string, Record<string, string | undefined>, string[], string[], number, (string | RegExp)[]]>([
    [
      'a refused request',
      {},
      ['nonsense=1'],
      [],
      1,
      [
        /^line 1: differs in status \(Lookaside 400 unknown_parameter, Capillary 200 8003\)$/,
        '0 same, 1 different, 0 failed',
      ],
    ],
    [
      'wrong credentials of Capillary',
      { CAPILLARY_AUTHORIZATION: 'Basic eDp5' },
      [FOUND],
      [],
      1,
      ['line 1: failed, Lookaside 200, Capillary 401', '0 same, 0 different, 1 failed'],
    ],
    [
      'a wrong key of Lookaside',
      { LOOKASIDE_API_KEY: 'another' },
      [FOUND],
      [],
      1,
      ['line 1: failed, Lookaside 403 forbidden, Capillary 200', '0 same, 0 different, 1 failed'],
    ],
    ['no query', {}, [''], [], 2, ['0 same, 0 different, 0 failed', 'There is no query on standard input.']],
    ['a misspelt option', {}, [FOUND], ['--frsh'], 2, [/^The only option is --fresh\./]],
  ])('says what is wrong and does not end with 0: %s', async (_case, given, lines, parameters, exitCode, output) => {
    expect(await compareWith(given, lines, ...parameters)).toEqual({
      exitCode,
      output: output.map((each) => expect.stringMatching(each)),
    });
  });
  test.each([
    ['another number', '{"a":{"b":1.5}}', '{"a":{"b":1.25}}', '.a.b'],
    ['the same number with other digits', '{"a":[{"b":1.0}]}', '{"a":[{"b":1}]}', '.a[].b'],
    ['a number and its text', '{"a":1}', '{"a":"1"}', '.a'],
    ['an object and a number', '{"a":{}}', '{"a":1}', '.a'],
    ['an object and a list', '{"a":{}}', '{"a":[]}', '.a'],
    ['lists of two lengths', '{"a":[1]}', '{"a":[1,2]}', '.a[]'],
    ['a member that Capillary does not send', '{"a":{"b":1}}', '{"a":{}}', '.a.b'],
  ])('names the path of the member: %s', async (_case, ours, theirs, path) => {
    const [lookaside, capillary] = await Promise.all(
      [ours, theirs].map((body) => startHttpServer((response) => void response.end(body))),
    );
    expect(await compareWith({ LOOKASIDE_URL: lookaside?.url, CAPILLARY_URL: capillary?.url }, [FOUND])).toEqual({
      exitCode: 1,
      output: [`line 1: differs in ${path}`, '0 same, 1 different, 0 failed'],
    });
  });
  test('finds a 400 of Capillary that gives no reason the same as upstream_refused, which says so', async () => {
    const silent = ['FAULT-blank', 'HTTP-400'].map(
      (value) => `source=INSTORE&identifierName=externalId&identifierValue=${value}`,
    );
    expect(await compare(silent)).toEqual({ exitCode: 0, output: ['2 same, 0 different, 0 failed'] });
  });
  test.each(['{}', '[]', '{"errors":[]}', '{"errors":[{"status":false}]}', '{"errors":{"error":[{"message":" "}]}}'])(
    'takes the 400 of Capillary for one without a reason: %s',
    async (body) => {
      expect(await compareAnswers([400, REFUSED], [400, body])).toEqual({
        exitCode: 0,
        output: ['1 same, 0 different, 0 failed'],
      });
    },
  );
  test.each<[string, [number, string], [number, string], string]>([
    [
      'upstream_refused, although Capillary says why',
      [400, REFUSED],
      [400, '{"errors":[{"code":8012,"message":"canary"}]}'],
      'differs in answer (Lookaside 400 upstream_refused, Capillary 400 8012)',
    ],
    [
      'upstream_refused, although Capillary says why in another form',
      [400, REFUSED],
      [400, '{"errors":{"error":[{"message":"canary"}]}}'],
      'differs in answer (Lookaside 400 upstream_refused, Capillary 400)',
    ],
    [
      'upstream_refused, although Capillary did not refuse',
      [400, REFUSED],
      [404, ''],
      'differs in status (Lookaside 400 upstream_refused, Capillary 404 without JSON)',
    ],
    [
      'another error of its own, with the status of Capillary',
      [400, REFUSED.replaceAll('upstream_refused', 'unknown_parameter')],
      [400, 'canary'],
      'differs in answer (Lookaside 400 unknown_parameter, Capillary 400 without JSON)',
    ],
    [
      'a page, as of another server',
      [200, '<p>canary</p>'],
      [200, '{}'],
      'differs in answer (Lookaside 200 without JSON, Capillary 200)',
    ],
    [
      'a code that is no code',
      [404, '{"errors":[{"code":"911234512345"}]}'],
      [200, '{"errors":[{"code":"canary@example.com"}]}'],
      'differs in status (Lookaside 404, Capillary 200)',
    ],
    [
      'an outage, with a page',
      [502, '<p>canary</p>'],
      [200, '{}'],
      'failed, Lookaside 502 without JSON, Capillary 200',
    ],
  ])('shows what both answer, and no body: %s', async (_case, ours, theirs, line) => {
    const { exitCode, output } = await compareAnswers(ours, theirs);
    expect([exitCode, output[0]]).toEqual([1, `line 1: ${line}`]);
  });
  test.each([
    ['Lookaside', 'LOOKASIDE_URL'],
    ['Capillary', 'CAPILLARY_URL'],
  ])('says that %s does not answer, with the code of the broken connection', async (whose, variable) => {
    const { url } = await startHttpServer((response) => void response.destroy());
    expect(await compareWith({ [variable]: url }, [FOUND])).toEqual({
      exitCode: 1,
      output: [`line 1: failed, ${whose} UND_ERR_SOCKET`, '0 same, 0 different, 1 failed'],
    });
  });
});
