import { readFile } from 'node:fs/promises';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { DEFAULT_BASIC_CREDENTIALS } from '../../local/simulator/credentials.ts';
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts';
import { Emulator } from './emulator.ts';
import { type Finished, run, runOrFail } from './process.ts';

// The stack, deployed for real: by the CDK's own commands, to an emulator of AWS, in front of the upstream's simulator.
// The tests are the steps of one deployment's life, in their order; each needs those before it.

jest.setTimeout(120_000);

const STACK = 'lookaside-emulated';
const NODE = process.execPath;

/** Made-up customers of the simulator (local/simulator/made-up-customers.ts). */
const MOBILE = '919000000002';
const OTHER_MOBILE = '919000000008';
const UNKNOWN_MOBILE = '919999999999';

let emulator: Emulator;
let simulator: Simulator;
let outputs: Readonly<Record<string, string>>;
let url: string;
let key: string;

beforeAll(async () => {
  [emulator, simulator] = await Promise.all([Emulator.prepare(), startSimulator({ latencyMs: 50 })]);
  await emulator.start({ enforcesIam: false });
});

afterAll(async () => {
  await Promise.all([emulator?.remove(), simulator?.close()]);
});

function cdk(...parameters: string[]): Promise<Finished> {
  const context = ['--context', 'environment=emulated', '--output', emulator.fileAt('cdk.out'), '--no-color'];
  return run(NODE, ['node_modules/aws-cdk/bin/cdk', ...parameters, ...context], emulator.environment);
}

function deploy(...parameters: string[]): Promise<Finished> {
  return cdk('deploy', '--require-approval', 'never', '--outputs-file', emulator.fileAt('outputs.json'), ...parameters);
}

function withUpstream(): string[] {
  return ['--context', `upstreamBaseUrl=${simulator.url}`];
}

interface Request {
  readonly path?: string;
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

function ask({ path = 'v2/customers/lookup/customerDetails', method = 'GET', query = {}, headers }: Request) {
  const address = new URL(path, url);
  address.search = new URLSearchParams(query).toString();
  return fetch(address, { method, headers: { 'x-api-key': key, ...headers } });
}

function byMobile(identifierValue: string): Readonly<Record<string, string>> {
  return { source: 'INSTORE', identifierName: 'mobile', identifierValue };
}

function smoke(): Promise<Finished> {
  return run(NODE, ['scripts/smoke.ts', '--url', url, '--key', key], emulator.environment);
}

test('cdk bootstrap prepares the account', async () => {
  expect(await cdk('bootstrap')).toMatchObject({ exitCode: 0 });
});

test("a deployment without the upstream's address is refused, and makes nothing", async () => {
  const { exitCode, output } = await deploy();
  expect(exitCode).not.toBe(0);
  expect(output).toContain('missing a value: UpstreamBaseUrl');
});

test('cdk deploy makes the stack and says what an operator needs', async () => {
  const { exitCode, output } = await deploy(...withUpstream());
  expect(exitCode === 0 ? '' : output).toBe('');
  outputs = JSON.parse(await readFile(emulator.fileAt('outputs.json'), 'utf8'))[STACK];
  expect(outputs.Endpoint).toMatch(/^https:\/\/\w+\.execute-api\.[\w-]+\.amazonaws\.com\/live\/$/);
  expect(outputs).toMatchObject({ HttpFunctionName: 'lookaside-http', InvokeFunctionName: 'lookaside-invoke' });

  // The emulator serves every API under one address; AWS, each under its own.
  const [apiId] = new URL(outputs.Endpoint ?? '').host.split('.');
  url = `${emulator.url}/restapis/${apiId}/live/_user_request_/`;
  const apiKey = await fetch(`${emulator.url}/apikeys/${outputs.ApiKeyIds}?includeValue=true`);
  key = ((await apiKey.json()) as { value: string }).value;
  expect(key).toMatch(/^\w{20,}$/);
});

test('from now on IAM is enforced: each function may do what its role allows, and no more', async () => {
  await emulator.stop();
  await emulator.start({ enforcesIam: true });
  expect((await fetch(`${emulator.url}/apikeys/${outputs.ApiKeyIds}`)).status).toBe(403);
});

test('before the secret is filled, the smoke test says so', async () => {
  const { exitCode, output } = await smoke();
  expect(exitCode).toBe(1);
  expect(output).toMatch(/secret is empty.*npm run secret/);
});

test('npm run secret fills it', async () => {
  const parameters = ['scripts/secret.ts', '--secret', outputs.UpstreamSecretArn ?? ''];
  const output = await runOrFail(NODE, parameters, emulator.environment, JSON.stringify(DEFAULT_BASIC_CREDENTIALS));
  expect(output).toContain('The secret holds the credentials now');
  expect(output).not.toContain(DEFAULT_BASIC_CREDENTIALS.password);
});

test('the smoke test sees a miss and a hit', async () => {
  const { exitCode, output } = await smoke();
  expect(exitCode === 0 ? '' : output).toBe('');
  expect(output).toMatch(/1\. .*fwd=miss.*stored\n2\. .*hit.*\nAll is well/);
});

test('a customer is fetched once, then answered from the table', async () => {
  const before = simulator.counters.v2Lookups;
  const miss = await ask({ query: byMobile(MOBILE) });
  const hit = await ask({ query: byMobile('+91 90000 00002') });

  expect(miss.status).toBe(200);
  expect(miss.headers.get('cache-status')).toBe('lookaside; fwd=miss; fwd-status=200; stored');
  expect(hit.status).toBe(200);
  expect(hit.headers.get('cache-status')).toMatch(/^lookaside; hit; ttl=\d+$/);
  expect(hit.headers.get('cache-control')).toBe('no-store');
  expect(hit.headers.get('etag')).toBe(miss.headers.get('etag'));
  const profile = await hit.text();
  expect(profile).toBe(await miss.text());
  expect(JSON.parse(profile)).toMatchObject({ id: expect.any(Number), profiles: expect.any(Array) });
  expect(simulator.counters.v2Lookups).toBe(before + 1);
});

test('other functions share the entry: a direct invocation hits it, a batch answers each in its place', async () => {
  const lambda = new LambdaClient({
    endpoint: emulator.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const invoke = async (payload: unknown) => {
    const command = new InvokeCommand({ FunctionName: outputs.InvokeFunctionName, Payload: JSON.stringify(payload) });
    const { Payload, FunctionError } = await lambda.send(command);
    expect(FunctionError).toBeUndefined();
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
  try {
    expect(await invoke(byMobile(MOBILE))).toMatchObject({
      kind: 'found',
      customer: { profiles: expect.any(Array) },
      cache: { status: 'hit' },
    });
    const lookups = [byMobile(OTHER_MOBILE), byMobile(UNKNOWN_MOBILE), byMobile('not a number')];
    expect(await invoke({ lookups })).toMatchObject({
      results: [
        { kind: 'found', cache: { status: 'miss' } },
        { kind: 'not-found', cache: { status: 'miss' } },
        { kind: 'error', code: 'invalid_identifier' },
      ],
    });
  } finally {
    lambda.destroy();
  }
});

test('what is not allowed is refused: 400, 404, 405, each in our error form', async () => {
  const refusals = await Promise.all([
    ask({ query: { ...byMobile(MOBILE), shoeSize: '42' } }),
    ask({ path: 'v2/customers/lookup' }),
    ask({ method: 'DELETE', query: byMobile(MOBILE) }),
  ]);
  const problems = await Promise.all(refusals.map((refusal) => refusal.json()));
  expect(problems).toMatchObject([
    { status: 400, code: 'unknown_parameter', errors: [{ status: false }] },
    { status: 404, code: 'not_found' },
    { status: 405, code: 'method_not_allowed' },
  ]);
  expect(refusals.map(({ status }) => status)).toEqual([400, 404, 405]);
  for (const { headers } of refusals) expect(headers.get('content-type')).toBe('application/problem+json');
});

test.each<[string, Record<string, string>]>([
  ['no key', {}],
  ['a key of nobody', { 'x-api-key': 'a-key-of-nobody' }],
])('%s is refused by the gateway, in our error form', async (_case, headers) => {
  const before = simulator.counters.requests;
  const refusal = await fetch(new URL('v2/customers/lookup/customerDetails', url), { headers });
  expect(refusal.status).toBe(403);
  expect(refusal.headers.get('content-type')).toBe('application/problem+json');
  expect(refusal.headers.get('cache-control')).toBe('no-store');
  expect(await refusal.json()).toMatchObject({ status: 403, code: 'forbidden', errors: [{ status: false }] });
  expect(simulator.counters.requests).toBe(before);
});

test('preflights and /health need no key', async () => {
  const preflight = await fetch(new URL('v2/customers/lookup/customerDetails', url), { method: 'OPTIONS' });
  expect(preflight.status).toBe(204);
  const health = await fetch(new URL('health', url));
  expect(await health.json()).toMatchObject({ status: 'ok' });
});

test('the table names nobody, and every item has its end', async () => {
  const dynamoDb = new DynamoDBClient({
    endpoint: emulator.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: outputs.TableName }));
  dynamoDb.destroy();
  expect(Items.length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify(Items)).not.toContain(MOBILE.slice(2));
  for (const { expiresAt } of Items) expect(Number(expiresAt?.N)).toBeGreaterThan(Date.now() / 1000);
});

test("the upstream's address can be given as a parameter, and later deployments keep it", async () => {
  await emulator.stop();
  await emulator.start({ enforcesIam: false });
  const changed = await deploy('--parameters', 'UpstreamBaseUrl=https://upstream.example');
  expect(changed.exitCode === 0 ? '' : changed.output).toBe('');
  expect(changed.output).not.toContain('(no changes)');

  const unchanged = await deploy();
  expect(unchanged.exitCode === 0 ? '' : unchanged.output).toBe('');
  expect(unchanged.output).toContain('(no changes)');
});

test('cdk destroy leaves no table and no API behind', async () => {
  const { exitCode, output } = await cdk('destroy', '--force');
  expect(exitCode === 0 ? '' : output).toBe('');
  const dynamoDb = new DynamoDBClient({
    endpoint: emulator.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  expect((await dynamoDb.send(new ListTablesCommand())).TableNames).toEqual([]);
  dynamoDb.destroy();
  expect((await ask({ query: byMobile(MOBILE) })).status).toBe(404);
});
