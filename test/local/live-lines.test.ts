import { afterEach, describe, expect, test } from '@jest/globals';
import { startSimulator } from '../../simulator/simulator.ts';
import { PATIENT } from '../support/patience.ts';
import { type Program, run } from './program.ts';

const LOOKUP = '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=1234512345';

let closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});

async function start(settings: Readonly<Record<string, string>>): Promise<{ program: Program; url: string }> {
  const program = run('local/main.ts', [], { ...PATIENT, PORT: '0', ...settings });
  closers.push(() => {
    program.kill('SIGKILL');
    return program.exit;
  });
  const [, url = ''] = await program.waitFor(/answers on (http:\/\/127\.0\.0\.1:\d+)/);
  await program.waitFor(/^ {2}Invoke by SDK .*\n/m);
  return { program, url };
}

describe('npm start on a terminal (LOG_FORMAT=line)', () => {
  test('prints one short line for each request, and never an identifier', async () => {
    const { program, url } = await start({ LOG_FORMAT: 'line' });
    const send = async (path: string, init: RequestInit = {}) => {
      await (await fetch(`${url}${path}`, init)).text();
    };
    const lookups = [
      { source: 'INSTORE', identifierName: 'mobile', identifierValue: '1234512345' },
      { api: 'v1.1', external_id: 'CUST-0002' },
    ];
    const event = '{"eventName":"pointsRedeemed","data":{"customerIdentifiers":{"customerId":566881933}}}';

    await send(LOOKUP);
    await send(LOOKUP);
    await send('/v1.1/customer/get?email=bubalus@example.com');
    await send(LOOKUP.replace('1234512345', '12'));
    await send('/lookups', { method: 'POST', body: JSON.stringify({ lookups }) });
    await send('/events/capillary', {
      method: 'POST',
      headers: { authorization: 'local-webhook-secret' },
      body: event,
    });
    await send('/cache/customers/566881933', { method: 'DELETE' });
    await send('/1234512345');
    await program.waitFor(/^\S+ {2}REFUSED {2}404.*\n/m);

    const lines = program.stdout.split('\n').filter((line) => / ms$/.test(line));
    expect(lines).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}MISS {2}stored {2}upstream \d+ ms {2}v2 mobile {2}\d+ ms$/),
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}HIT {2}ttl=\d+ {2}v2 mobile {2}\d+ ms$/),
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}MISS {2}stored {2}upstream \d+ ms {2}v1\.1 email {2}\d+ ms$/),
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}REFUSED {2}400 invalid_identifier {2}v2 mobile {2}\d+ ms$/),
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}BATCH {2}2 look-ups: 1 hit, 1 miss {2}POST \/lookups {2}\d+ ms$/),
      expect.stringMatching(
        /^\d\d:\d\d:\d\d {2}EVENT {2}pointsRedeemed {2}2 entries {2}POST \/events\/capillary {2}\d+ ms$/,
      ),
      expect.stringMatching(
        /^\d\d:\d\d:\d\d {2}PURGE {2}2 entries {2}DELETE \/cache\/customers\/\{customerId\} {2}\d+ ms$/,
      ),
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}REFUSED {2}404 not_found {2}GET \/\{proxy\+\} {2}\d+ ms$/),
    ]);
    expect(lines.join('\n')).not.toMatch(/1234512345|bubalus|CUST-0002|566881933/);
    expect(program.stdout).not.toMatch(/^\{/m);
  });

  test('prints a line with ERROR if our own credentials or address are wrong', async () => {
    const simulator = await startSimulator({ latencyMs: 0, jitterMs: 0 });
    closers.push(() => simulator.close());
    const wrong = [
      { UPSTREAM_BASE_URL: simulator.url, UPSTREAM_CREDENTIALS: '{"username":"nobody","password":"wrong"}' },
      // No server listens on the discard port (RFC 863).
      { UPSTREAM_BASE_URL: 'http://127.0.0.1:9', UPSTREAM_CREDENTIALS: '{"username":"till","password":"made up"}' },
    ];
    const [credentials, address] = await Promise.all(
      wrong.map(async (settings) => {
        const { program, url } = await start({ LOG_FORMAT: 'line', ...settings });
        await (await fetch(`${url}${LOOKUP}`)).text();
        const [line] = await program.waitFor(/^\S+ {2}ERROR .*\n/m);
        return line;
      }),
    );
    expect(credentials).toMatch(
      /^\S+ {2}ERROR {2}the upstream refuses our credentials.*check UPSTREAM_CREDENTIALS {2}502 /,
    );
    expect(address).toMatch(
      /^\S+ {2}ERROR {2}no usable answer has come from the upstream.*check UPSTREAM_BASE_URL {2}503 /,
    );
  });
});

test('a request that the gateway refuses also has its line, and is in the console', async () => {
  const { program, url } = await start({ LOG_FORMAT: 'line', LOCAL_API_KEYS: 'till-key' });
  expect((await fetch(`${url}${LOOKUP}`)).status).toBe(403);
  expect((await fetch(`${url}${LOOKUP}%ff`, { headers: { 'x-api-key': 'till-key' } })).status).toBe(400);
  const route = 'GET /v2/customers/lookup/customerDetails';
  await program.waitFor(
    new RegExp(
      `^\\S+ {2}REFUSED {2}403 forbidden {2}${route} {2}0 ms\\n\\S+ {2}REFUSED {2}400 invalid_parameter {2}${route} {2}0 ms\\n`,
      'm',
    ),
  );
  const state = await (await fetch(`${url}/__console/api/state`)).json();
  expect(state).toMatchObject({ requests: [{ code: 'forbidden' }, { code: 'invalid_parameter' }] });
});

describe('npm start with another program as reader', () => {
  test('prints JSON; our own misconfiguration is an ERROR that names the setting', async () => {
    const { program, url } = await start({
      UPSTREAM_BASE_URL: 'http://127.0.0.1:9',
      UPSTREAM_CREDENTIALS: '{"username":"till","password":"made up"}',
    });
    await (await fetch(`${url}/health`)).text();
    await (await fetch(`${url}${LOOKUP}`)).text();
    program.kill('SIGTERM');
    await program.exit;

    const lines = `${program.stdout}\n${program.stderr}`.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'INFO', resource: '/health' }),
      expect.objectContaining({ level: 'ERROR', misconfiguration: 'UPSTREAM_BASE_URL', upstreamFailure: 'connection' }),
    ]);
  });
});
