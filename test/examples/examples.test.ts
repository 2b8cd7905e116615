import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalService, startLocal } from '../../local/service.ts';
import { plainEnvironment, run } from '../deploy/process.ts';
import { closedAddress, startHttpServer } from '../support/loopback-server.ts';
import { PATIENT } from '../support/patience.ts';
import { readHttpCollection } from './http-collection.ts';

const log = { info: () => undefined, error: () => undefined };

let service: LocalService;
beforeAll(async () => {
  service = await startLocal(
    { ...PATIENT, PORT: '0', LOCAL_API_KEYS: 'till-key' },
    { log, simulator: { latencyMs: 0 } },
  );
});
afterAll(() => service.close());

/** The options that an SDK needs to ask the service on this machine. */
const invokeEnvironment = () => ({
  ...plainEnvironment(),
  AWS_ENDPOINT_URL_LAMBDA: service.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  LOOKASIDE_DEADLINE_MS: '50000',
});

const till = async (number: string, environment: Readonly<Record<string, string>> = {}) => {
  const own = { LOOKASIDE_URL: service.url, LOOKASIDE_API_KEY: 'till-key', LOOKASIDE_SECONDS: '50' };
  return run('bash', ['examples/till.sh', number], { ...plainEnvironment(), ...own, ...environment });
};
let lack: string | undefined;
beforeAll(async () => {
  for (const program of ['bash', 'curl', 'jq']) {
    const found = await run(program, ['--version'], plainEnvironment()).catch(() => undefined);
    if (found?.exitCode !== 0) lack ??= program;
  }
  if (lack !== undefined) process.stderr.write(`SKIPPED: examples/till.sh: there is no ${lack} on the PATH\n`);
});

describe('examples/till.sh', () => {
  test.each([
    [
      'a customer, in any spelling',
      '+91 12345 12345',
      /^Bubalus bubalis\nDocDemoDefaultProgram: Diamond, 95827(\.0)? points\n/,
    ],
    ['a customer that is not found', '9999999999', /^Customer not found\. Offer to enrol\.\n$/],
    ['no mobile number', 'abc', /^This is not a mobile number\. Ask again\.\n$/],
  ])('says of %s', async (_title, number, said) => {
    if (lack !== undefined) return;
    expect(await till(number)).toEqual({ exitCode: 0, output: expect.stringMatching(said) });
  });

  test.each([[[]], [['']]])('without a number (%j) says only how it is used', async (parameters) => {
    if (lack !== undefined) return;
    expect(await run('bash', ['examples/till.sh', ...parameters], plainEnvironment())).toEqual({
      exitCode: 2,
      output: 'Usage: till.sh NUMBER\n',
    });
  });

  test('takes an address with a slash at its end, as the stack gives it', async () => {
    if (lack !== undefined) return;
    const { exitCode, output } = await till('+91 12345 12345', { LOOKASIDE_URL: `${service.url}/` });
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/^Bubalus bubalis\n/) });
  });

  test('goes on without the customer where nothing answers, or the key is wrong', async () => {
    if (lack !== undefined) return;
    const unreachable = await till('1234512345', { LOOKASIDE_URL: await closedAddress() });
    expect(unreachable).toMatchObject({ exitCode: 0, output: expect.stringContaining('Go on without the customer.') });
    const refused = await till('1234512345', { LOOKASIDE_API_KEY: 'another' });
    expect(refused).toMatchObject({ exitCode: 0, output: 'No answer (403 forbidden). Go on without the customer.\n' });
  });
});

describe('examples/till.sh goes on without the customer if the reply has none:', () => {
  test.each([
    ['an erased customer', 200, '{"message":"Customer is deleted after PII delete request"}', '200'],
    ['a refusal of an HTTP API', 401, '{"message":"Unauthorized"}', '401'],
    ['a page of a proxy', 502, '<html>Bad Gateway</html>', '502'],
    ['an empty reply', 503, '', '503'],
    ['another error of Capillary', 200, '{"errors":[{"status":false,"code":1044,"message":"x"}]}', '200 1044'],
  ])('%s', async (_title, status, body, said) => {
    if (lack !== undefined) return;
    const { url } = await startHttpServer((response) => void response.writeHead(status).end(body));
    expect(await till('1234512345', { LOOKASIDE_URL: url })).toEqual({
      exitCode: 0,
      output: `No answer (${said}). Go on without the customer.\n`,
    });
  });

  test.each([8015, 8065, 816, 1011, 1012, 1013, 1020, 8089])('takes code %i for "no such customer"', async (code) => {
    if (lack !== undefined) return;
    const body = JSON.stringify({ errors: [{ status: false, code, message: 'x' }], warnings: [] });
    const { url } = await startHttpServer((response) => void response.end(body));
    expect((await till('1234512345', { LOOKASIDE_URL: url })).output).toBe('Customer not found. Offer to enrol.\n');
  });

  test('of a customer with almost nothing it shows what there is', async () => {
    if (lack !== undefined) return;
    const body = '{"id":7,"profiles":[{"firstName":"Asha"}],"loyaltyProgramDetails":[{"programTitle":"Club"}]}';
    const { url } = await startHttpServer((response) => void response.end(body));
    const { output } = await till('1234512345', { LOOKASIDE_URL: url });
    expect(output).toBe('Asha \nClub: no tier, 0 points\n');
  });
});

describe('examples/caller-lambda', () => {
  /** Runs the handler in a process of its own: it makes its client from the environment, as on Lambda. */
  const runHandler = async (mobile: string, environment: Readonly<Record<string, string>> = {}) => {
    const call =
      `const { handler } = await import(${JSON.stringify(pathToFileURL('examples/caller-lambda/handler.ts'))});` +
      `console.log(JSON.stringify(await handler(${JSON.stringify({ mobile })})));`;
    const parameters = ['--conditions=lookaside-source', '--input-type=module', '--eval', call];
    const { exitCode, output } = await run(process.execPath, parameters, { ...invokeEnvironment(), ...environment });
    expect(exitCode).toBe(0);
    return output;
  };
  const greet = async (mobile: string, environment: Readonly<Record<string, string>> = {}) => {
    const output = await runHandler(mobile, environment);
    return JSON.parse(output.trim().split('\n').at(-1) ?? '');
  };

  test('greets a customer by name, with points and their age', async () => {
    expect(await greet('+91 12345 12345')).toEqual({
      greeting: 'Welcome back, Bubalus',
      points: 95827,
      ageSeconds: expect.any(Number),
    });
  });

  test('invokes the function that LOOKASIDE_FUNCTION names, as the stack gives it', async () => {
    const deployed = { LOOKASIDE_FUNCTION: 'lookaside-production-invoke:live' };
    expect(await runHandler('+91 12345 12345', deployed)).toContain(
      `${deployed.LOOKASIDE_FUNCTION} could not be invoked`,
    );
    const here = { LOOKASIDE_FUNCTION: 'lookaside-invoke:live' };
    expect(await greet('+91 12345 12345', here)).toMatchObject({ greeting: 'Welcome back, Bubalus' });
    // A shell's variable that is set to nothing.
    expect(await greet('+91 12345 12345', { LOOKASIDE_FUNCTION: '' })).toMatchObject({ points: 95827 });
  });

  test('offers to join, and greets if there is no answer', async () => {
    expect(await greet('9999999999')).toEqual({ greeting: 'Would you like to join?' });
    expect(await greet('abc')).toEqual({ greeting: 'Welcome' });
  });
});

describe('examples/look-ups.http', () => {
  const text = readFileSync('examples/look-ups.http', 'utf8');
  const titles = readHttpCollection(text, { url: '', key: '' }).map(({ title }) => title);

  test('has requests', () => {
    expect(titles.length).toBeGreaterThan(5);
  });

  test.each(titles)('%s', async (title) => {
    const requests = readHttpCollection(text, { url: service.url, key: 'till-key' });
    const { method, url, headers, body, status } = requests.find((request) => request.title === title) ?? requests[0]!;
    const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    expect(response.status).toBe(status);
    const reply = (await response.json()) as { errors?: unknown };
    expect('errors' in reply).toBe(status !== 200 || title.includes('errors'));
  });
});
