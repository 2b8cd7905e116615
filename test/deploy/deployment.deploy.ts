import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LOOKUP_PATHS } from '../../infra/routes.ts';
import { type AwsCredentials, signatureHeaders } from '../../scripts/smoke/signature.ts';
import { DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { Emulator } from './emulator.ts';
import { type Finished, run, runOrFail } from './process.ts';

// Deploys the stack for real: by the CDK's own commands, to an emulator of AWS, in front of the upstream's simulator.
// The tests are the steps of one deployment's life, in their order; each needs those before it.

const STACK = 'lookaside-emulated';
const NODE = process.execPath;
const REGION = 'eu-west-1';
/** The emulator's administrator. */
const ADMINISTRATOR: AwsCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Made-up customers of the simulator (simulator/README.md). */
const MOBILE = '919000000002';
const OTHER_MOBILE = '919000000008';
const MOBILE_OF_V1 = '919000000012';
const JOINED_MOBILE = '919000000018';
const PURGED_MOBILE = '919000000014';
const EVENT_MOBILE = '919000000020';
const EVENT_CUSTOMER_ID = 7_000_000_020;
const SMOKE_MOBILE = '919000000024';
const STALE_MOBILE = '919000000026';
const ROTATED_MOBILE = '919000000032';
const OTHER_ROTATED_MOBILE = '919000000038';
/**
 * For this time after an event, the service does not store the upstream's answer about the customer: clocks differ
 * (docs/design.md, Invalidation fences fills).
 */
const FENCE_MARGIN_MS = 600;
/** Of a customer's index (docs/design.md, Invalidation fences fills). */
const LONGEST_LIFE_MS = 31 * 86_400_000;
const UNKNOWN_MOBILE = '919999999999';

const startedAt = Date.now();
let emulator: Emulator;
let simulator: Simulator;
let outputs: Readonly<Record<string, string>>;
let url: string;
let key: string;
/** The outputs of the other environment, whose callers have classes. */
let neighbour: Readonly<Record<string, string>>;
/** May call cache administration, and nothing else. */
let operator: AwsCredentials;

beforeAll(async () => {
  [emulator, simulator] = await Promise.all([Emulator.prepare(), startSimulator({ latencyMs: 50 })]);
  await emulator.start({ enforcesIam: false });
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await Promise.all([emulator?.remove(), simulator?.close()]);
});

/** The options with which every client of an AWS service uses the emulator as AWS. */
function asAdministrator() {
  return { endpoint: emulator.url, region: REGION, credentials: ADMINISTRATOR };
}

const clients: { destroy(): void }[] = [];

/** A client that is closed at the end. */
function open<T extends { destroy(): void }>(client: T): T {
  clients.push(client);
  return client;
}

function cdk(...parameters: string[]): Promise<Finished> {
  const app = ['--app', `${NODE} test/deploy/app.ts`, '--output', emulator.fileAt('cdk.out'), '--no-color'];
  const environment = parameters.some((each) => each.startsWith('environment=')) ? [] : toEnvironment('emulated');
  return run(NODE, ['node_modules/aws-cdk/bin/cdk', ...parameters, ...environment, ...app], emulator.environment);
}

function toEnvironment(name: 'emulated' | 'neighbour'): string[] {
  return ['--context', `environment=${name}`];
}

function deploy(...parameters: string[]): Promise<Finished> {
  return cdk('deploy', '--require-approval', 'never', '--outputs-file', emulator.fileAt('outputs.json'), ...parameters);
}

async function readOutputs(stack: string): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await readFile(emulator.fileAt('outputs.json'), 'utf8'))[stack];
}

/** The emulator serves every API under one address; AWS, each under its own. */
function addressOf({ Endpoint = '' }: Readonly<Record<string, string>>): string {
  const [apiId] = new URL(Endpoint).host.split('.');
  return `${emulator.url}/restapis/${apiId}/live/_user_request_/`;
}

function withUpstream(): string[] {
  return ['--context', `upstreamBaseUrl=${simulator.url}`];
}

interface Request {
  readonly path?: string;
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function ask({ path = 'v2/customers/lookup/customerDetails', method = 'GET', query = {}, headers, body }: Request) {
  const address = new URL(path, url);
  address.search = new URLSearchParams(query).toString();
  return fetch(address, { method, headers: { 'x-api-key': key, ...headers }, ...(body !== undefined && { body }) });
}

function byMobile(identifierValue: string): Readonly<Record<string, string>> {
  return { source: 'INSTORE', identifierName: 'mobile', identifierValue };
}

function cacheStatusOf({ headers }: Response): string {
  return headers.get('cache-status') ?? '';
}

/** Calls cache administration, signed. The default signer is one that the policy of docs/deploying.md allows. */
async function administer(path: string, query: Readonly<Record<string, string>> = {}, credentials = operator) {
  const address = new URL(path, url);
  address.search = new URLSearchParams(query).toString();
  const signed = { url: address, method: 'DELETE', service: 'execute-api', region: REGION, credentials };
  return fetch(address, { method: 'DELETE', headers: await signatureHeaders(signed) });
}

/** Makes an IAM user. */
async function createUser(UserName: string, policy?: object): Promise<AwsCredentials> {
  const call = async (Action: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> => {
    const address = new URL(emulator.url);
    address.search = new URLSearchParams({ Action, UserName, ...parameters, Version: '2010-05-08' }).toString();
    const signed = { url: address, method: 'GET', service: 'iam', region: 'us-east-1', credentials: ADMINISTRATOR };
    const reply = await fetch(address, { headers: await signatureHeaders(signed) });
    expect(reply.status).toBe(200);
    return reply.text();
  };
  await call('CreateUser');
  if (policy) await call('PutUserPolicy', { PolicyName: 'Lookaside', PolicyDocument: JSON.stringify(policy) });
  const key = await call('CreateAccessKey');
  const textOf = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(key)?.[1] ?? '';
  return { accessKeyId: textOf('AccessKeyId'), secretAccessKey: textOf('SecretAccessKey') };
}

function postEvent(event: unknown, authorization?: string): Promise<Response> {
  return fetch(new URL('events/capillary', url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(authorization && { Authorization: authorization }) },
    body: JSON.stringify(event),
  });
}

function eventAbout(eventName: string) {
  return { eventName, data: { customerIdentifiers: { customerId: EVENT_CUSTOMER_ID } } };
}

function secretsManager(): SecretsManagerClient {
  return open(new SecretsManagerClient(asAdministrator()));
}

async function readSecret(SecretId: string | undefined): Promise<string> {
  const { SecretString = '' } = await secretsManager().send(new GetSecretValueCommand({ SecretId }));
  return SecretString;
}

/** The webhook's secret. The emulator ignores ExcludePunctuation: its value may be a list, of which we take one. */
async function webhookSecret(): Promise<string> {
  const list = (await readSecret(outputs.WebhookSecretArn)).split(',').map((each) => each.trim());
  return list.find((each) => each !== '') ?? '';
}

async function makeSecret(): Promise<string> {
  const command = new GetRandomPasswordCommand({ PasswordLength: 64, ExcludePunctuation: true });
  return (await secretsManager().send(command)).RandomPassword ?? '';
}

/** Gives a secret a new value; answers its version. */
async function putSecret(SecretId: string | undefined, SecretString: string): Promise<string> {
  const { VersionId = '' } = await secretsManager().send(new PutSecretValueCommand({ SecretId, SecretString }));
  return VersionId;
}

/** The version that an alias leads to, of the function of an output. */
async function liveVersionOf(output: string): Promise<number> {
  const lambda = open(new LambdaClient(asAdministrator()));
  const { FunctionVersion } = await lambda.send(new GetAliasCommand({ FunctionName: outputs[output], Name: 'live' }));
  return Number(FunctionVersion);
}

function smoke(options: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const parameters = ['cli/lookaside.js', 'smoke', '--url', url, '--key', key, ...options];
  return run(NODE, parameters, { ...emulator.environment, ...environment });
}

test('cdk bootstrap prepares the account', async () => {
  expect(await cdk('bootstrap')).toMatchObject({ exitCode: 0 });
});

test("a deployment without the upstream's address is refused, and makes nothing", async () => {
  const { exitCode, output } = await deploy();
  expect(exitCode).not.toBe(0);
  expect(output).toContain('missing a value: UpstreamBaseUrl');
});

test('cdk deploy makes the stack and prints the values that an operator needs', async () => {
  const { exitCode, output } = await deploy(...withUpstream());
  expect(exitCode === 0 ? '' : output).toBe('');
  outputs = await readOutputs(STACK);
  expect(outputs.Endpoint).toMatch(/^https:\/\/\w+\.execute-api\.[\w-]+\.amazonaws\.com\/live\/$/);
  expect(outputs).toMatchObject({
    HttpFunctionName: 'lookaside-emulated-http',
    InvokeFunctionName: 'lookaside-emulated-invoke:live',
    RevalidateFunctionName: 'lookaside-emulated-revalidate',
    InvalidateFunctionName: 'lookaside-emulated-invalidate',
  });

  url = addressOf(outputs);
  const apiKey = await fetch(`${emulator.url}/apikeys/${outputs.ApiKeyIds}?includeValue=true`);
  key = ((await apiKey.json()) as { value: string }).value;
  expect(key).toMatch(/^\w{20,}$/);
});

test('another environment is deployed beside it, into the same account and region: what it has is its own', async () => {
  const { exitCode, output } = await deploy(...withUpstream(), ...toEnvironment('neighbour'));
  expect(exitCode === 0 ? '' : output).toBe('');
  neighbour = await readOutputs('lookaside-neighbour');
  expect(neighbour.HttpFunctionName).toBe('lookaside-neighbour-http');
  expect(Object.keys(neighbour)).toEqual(Object.keys(outputs));
  for (const [name, value] of Object.entries(neighbour)) expect(value).not.toBe(outputs[name]);

  const refusal = await fetch(new URL('v2/customers/lookup/customerDetails', addressOf(neighbour)), {
    headers: { 'x-api-key': key },
  });
  expect(refusal.status).toBe(403);
  // No page may read its answers, so no page needs a preflight.
  const preflight = await fetch(new URL('lookups', addressOf(neighbour)), { method: 'OPTIONS' });
  expect(preflight.status).toBe(403);
});

test('from now on IAM is enforced: each function may do what its role allows, and no more', async () => {
  await emulator.stop();
  await emulator.start({ enforcesIam: true });
  expect((await fetch(`${emulator.url}/apikeys/${outputs.ApiKeyIds}`)).status).toBe(403);
  operator = await createUser('operator', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: outputs.AdministrationArn }],
  });
});

test('before the secret is filled, the smoke test reports it', async () => {
  const { exitCode, output } = await smoke();
  expect(exitCode).toBe(1);
  expect(output).toMatch(/secret is empty.*npm run secret/);
});

test('npm run secret fills it', async () => {
  const parameters = ['cli/lookaside.js', 'secret', '--secret', outputs.UpstreamSecretArn ?? ''];
  const output = await runOrFail(NODE, parameters, emulator.environment, JSON.stringify(DEFAULT_BASIC_CREDENTIALS));
  expect(output).toContain('The secret holds the credentials now');
  expect(output).not.toContain(DEFAULT_BASIC_CREDENTIALS.password);
});

/** Runs `npx lookaside keys` for the environment whose callers have classes. @returns the values that it prints */
async function keysOf(...parameters: string[]): Promise<readonly string[]> {
  const line = ['cli/lookaside.js', 'keys', ...parameters, '--deployment', 'lookaside-neighbour', '--json'];
  const { keys = [] } = JSON.parse(await runOrFail(NODE, line, emulator.environment));
  return keys.map(({ value = '' }: { readonly value?: string }) => value);
}

test('npx lookaside keys makes keys of a class beside the stack, which the gateway takes', async () => {
  const secret = ['cli/lookaside.js', 'secret', '--secret', neighbour.UpstreamSecretArn ?? ''];
  await runOrFail(NODE, secret, emulator.environment, JSON.stringify(DEFAULT_BASIC_CREDENTIALS));
  const [kiosk = '', till = ''] = await keysOf('add', 'kiosks.hall,tills.store-1');
  const lookUp = (value: string, query = byMobile(MOBILE)) => {
    const address = new URL('v2/customers/lookup/customerDetails', addressOf(neighbour));
    address.search = new URLSearchParams(query).toString();
    return fetch(address, { headers: { 'x-api-key': value } });
  };
  const [successor = ''] = await keysOf('rotate', 'kiosks.hall');
  expect(successor).not.toBe(kiosk);
  // The successor is valid beside the key. (The emulator cannot disable one: test/cli/keys/ does.)
  const statuses = [kiosk, till, successor, `kiosks.${'x'.repeat(40)}`].map(
    async (value) => (await lookUp(value)).status,
  );
  expect(await Promise.all(statuses)).toEqual([200, 200, 200, 403]);
  expect(await keysOf('export')).toEqual([kiosk, successor, till]);

  // The emulator does not tell the function which key it took, so that all callers are of the default class here.
  const refused = await lookUp(till, { ...byMobile(MOBILE), source: 'ALL', accountId: '1' });
  expect([refused.status, await refused.json()]).toEqual([403, expect.objectContaining({ code: 'not_allowed' })]);
});

test('the smoke test sees the upstream asked and the cache answer, by each API, and strangers refused', async () => {
  const { exitCode, output } = await smoke();
  expect(exitCode === 0 ? '' : output).toBe('');
  const asked = String.raw`\d\. (v2|v1\.1) 200 .*fwd=request.*stored\n\d\. (v2|v1\.1) 200 .*hit.*\n`;
  expect(output).toMatch(
    new RegExp(
      `^(?:Checking .*\n)?${asked}${asked}5\\. webhook without its secret: 401.*\n6\\. .*not tried.*\n` +
        '7\\. purge without a signature: 403.*\n8\\. .*not tried.*\nAll is well',
    ),
  );
});

test('the smoke test sees an event with its secret, a purge signed by the operator, and a revalidation', async () => {
  const { exitCode, output } = await smoke(['--signed', '--revalidation', '--identifier', `mobile=${SMOKE_MOBILE}`], {
    WEBHOOK_SECRET: await webhookSecret(),
    AWS_ACCESS_KEY_ID: operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
  });
  expect(exitCode === 0 ? '' : output).toBe('');
  expect(output).toMatch(/webhook with its secret: 200/);
  expect(output).toMatch(/signed purge: 204/);
  expect(output).toMatch(/the stale entry: 200 .*stale-while-revalidate/);
  expect(output).toContain('All is well');
});

test('a run of the canary asks as a till does, by a key of its own, and finds nothing wrong', async () => {
  const lambda = open(new LambdaClient(asAdministrator()));
  const FunctionName = `${STACK}-canary`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const { CANARY_KEY = '', ...others } = Environment?.Variables ?? {};
  expect(CANARY_KEY).toHaveLength(64);
  expect(CANARY_KEY).not.toBe(key);
  // The emulator serves the API under an address of its own.
  const Variables = { ...others, CANARY_KEY, CANARY_URL: url };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
  expect([FunctionError, Buffer.from(Payload ?? []).toString()]).toEqual([undefined, 'null']);
});

test('the smoke test names an identity that no policy lets purge, and a wrong secret of the webhook', async () => {
  const bystander = await createUser('smoke-bystander');
  const [unsigned, unknown] = await Promise.all([
    smoke(['--signed'], { AWS_ACCESS_KEY_ID: bystander.accessKeyId, AWS_SECRET_ACCESS_KEY: bystander.secretAccessKey }),
    smoke(['--webhook-secret', 'a-guess']),
  ]);
  expect([unsigned.exitCode, unsigned.output]).toEqual([1, expect.stringMatching(/Wrong: .*AdministrationArn/)]);
  expect([unknown.exitCode, unknown.output]).toEqual([
    1,
    expect.stringMatching(/Wrong: The webhook refuses this secret/),
  ]);
});

test('npm run secret names two regions that disagree, and stores nothing', async () => {
  const parameters = ['cli/lookaside.js', 'secret', '--secret', outputs.UpstreamSecretArn ?? ''];
  const elsewhere = { ...emulator.environment, AWS_REGION: 'ap-south-1' };
  const { exitCode, output } = await run(NODE, parameters, elsewhere, JSON.stringify({ username: 'a', password: 'b' }));
  expect([exitCode, output]).toEqual([1, expect.stringMatching(/Nothing stored.*eu-west-1.*ap-south-1/)]);
  expect(await readSecret(outputs.UpstreamSecretArn)).toBe(JSON.stringify(DEFAULT_BASIC_CREDENTIALS));
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

test('v1.1 is answered too: a customer is fetched once, then answered from the table', async () => {
  const before = simulator.counters.v1Gets;
  const path = 'v1.1/customer/get';
  const miss = await ask({ path, query: { mobile: MOBILE_OF_V1 } });
  const hit = await ask({ path, query: { mobile: '+91 90000 00012' } });

  expect([miss.status, cacheStatusOf(miss)]).toEqual([200, 'lookaside; fwd=miss; fwd-status=200; stored']);
  expect([hit.status, cacheStatusOf(hit)]).toEqual([200, expect.stringMatching(/^lookaside; hit; ttl=\d+$/)]);
  const reply = await hit.text();
  expect(reply).toBe(await miss.text());
  expect(JSON.parse(reply)).toMatchObject({ response: { customers: { customer: [{ user_id: '7000000012' }] } } });
  expect(simulator.counters.v1Gets).toBe(before + 1);
});

test('a look-up that sections of v1.1 join asks each API once, then reads both halves of the table', async () => {
  const { v2Lookups, v1Gets } = simulator.counters;
  const query = { ...byMobile(JOINED_MOBILE), embed: 'coupons' };
  const miss = await ask({ query });
  const hit = await ask({ query });

  // A role that may not read many items at once would make a bypass of each.
  expect(cacheStatusOf(miss)).toBe('lookaside; fwd=miss; fwd-status=200; stored');
  expect(cacheStatusOf(hit)).toMatch(/^lookaside; hit; ttl=\d+$/);
  const profile = await hit.text();
  expect(profile).toBe(await miss.text());
  expect(JSON.parse(profile)).toMatchObject({ id: 7_000_000_018, coupons: expect.any(Array), warnings: [] });
  expect(simulator.counters).toMatchObject({ v2Lookups: v2Lookups + 1, v1Gets: v1Gets + 1 });
});

test('a batch is answered by HTTP, each in its place; without a key by the gateway', async () => {
  const lookups = [byMobile(JOINED_MOBILE), { api: 'v1.1', mobile: UNKNOWN_MOBILE }, byMobile('not a number')];
  const batch = { path: 'lookups', method: 'POST', body: JSON.stringify({ lookups }) };
  const answer = await ask(batch);

  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    results: [
      { kind: 'found', customer: { id: 7_000_000_018 } },
      { kind: 'not-found', cache: { status: 'miss' } },
      { kind: 'error', code: 'invalid_identifier' },
    ],
  });
  expect((await ask({ ...batch, headers: { 'x-api-key': 'a-key-of-nobody' } })).status).toBe(403);
});

test('other functions share the entry: a batch is answered each in its place, a direct invocation hits', async () => {
  const lambda = open(new LambdaClient(asAdministrator()));
  const invoke = async (payload: unknown) => {
    const command = new InvokeCommand({ FunctionName: outputs.InvokeFunctionName, Payload: JSON.stringify(payload) });
    const { Payload, FunctionError } = await lambda.send(command);
    expect(FunctionError).toBeUndefined();
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
  const lookups = [byMobile(OTHER_MOBILE), byMobile(UNKNOWN_MOBILE), byMobile('not a number')];
  expect(await invoke({ lookups })).toMatchObject({
    results: [
      { kind: 'found', cache: { status: 'miss' } },
      { kind: 'not-found', cache: { status: 'miss' } },
      { kind: 'error', code: 'invalid_identifier' },
    ],
  });
  await ask({ query: byMobile(MOBILE), headers: { 'cache-control': 'no-cache' } });
  expect(await invoke(byMobile(MOBILE))).toMatchObject({
    kind: 'found',
    customer: { profiles: expect.any(Array) },
    cache: { status: 'hit' },
  });
});

test('a stale answer is served at once, and revalidated by the other function: one upstream call', async () => {
  const query = byMobile(STALE_MOBILE);
  await ask({ query });
  const before = simulator.counters.v2Lookups;
  await sleep(5_500);

  const stale = await ask({ query });
  expect(cacheStatusOf(stale)).toMatch(/^lookaside; hit; ttl=-\d+; detail=stale-while-revalidate$/);
  expect(Number(stale.headers.get('age'))).toBeGreaterThanOrEqual(5);

  const deadline = Date.now() + 20_000;
  while (simulator.counters.v2Lookups === before && Date.now() < deadline) await sleep(50);
  // The entry is written a moment after the upstream was asked.
  await sleep(500);
  const fresh = await ask({ query });
  expect(cacheStatusOf(fresh)).toMatch(/^lookaside; hit; ttl=\d+$/);
  expect(Number(fresh.headers.get('age'))).toBeLessThan(Number(stale.headers.get('age')));
  expect(await fresh.text()).toBe(await stale.text());
  expect(simulator.counters.v2Lookups).toBe(before + 1);
});

test('revalidation is tried once and within a minute, and a failed event is kept nowhere', async () => {
  const lambda = open(new LambdaClient(asAdministrator()));
  const FunctionName = outputs.RevalidateFunctionName;
  const config = await lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier: 'live' }));
  expect(config).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  expect(config.DestinationConfig?.OnFailure?.Destination).toBeUndefined();
});

test.each<[string, () => Promise<Response>]>([
  ['an API key alone', () => ask({ path: 'cache/entries', method: 'DELETE', query: byMobile(PURGED_MOBILE) })],
  ['no key and no signature', () => fetch(new URL('cache/customers/1', url), { method: 'DELETE' })],
  [
    'a signature made with a wrong key',
    () => administer('cache/entries', byMobile(PURGED_MOBILE), { ...operator, secretAccessKey: 'wrong' }),
  ],
  [
    'a signature of no identity',
    () => administer('cache/customers/1', {}, { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wrong' }),
  ],
])('cache administration refuses %s, in our error form, and purges nothing', async (_case, call) => {
  await ask({ query: byMobile(PURGED_MOBILE) });
  const refusal = await call();
  expect(refusal.status).toBe(403);
  expect(refusal.headers.get('cache-control')).toBe('no-store');
  expect(await refusal.json()).toMatchObject({ status: 403, code: 'forbidden' });
  expect(cacheStatusOf(await ask({ query: byMobile(PURGED_MOBILE) }))).toMatch(/^lookaside; hit/);
});

test('cache administration refuses a signer that no policy allows', async () => {
  await ask({ query: byMobile(PURGED_MOBILE) });
  const refusal = await administer('cache/entries', byMobile(PURGED_MOBILE), await createUser('bystander'));
  // In the emulator's own form; AWS gives it ours, the gateway answer ACCESS_DENIED.
  expect(refusal.status).toBe(403);
  expect(cacheStatusOf(await ask({ query: byMobile(PURGED_MOBILE) }))).toMatch(/^lookaside; hit/);
});

test('a signed purge of a look-up makes the next one a miss', async () => {
  await ask({ query: byMobile(PURGED_MOBILE) });
  const purge = await administer('cache/entries', byMobile('+91 90000 00014'));
  expect([purge.status, await purge.text()]).toEqual([204, '']);
  const next = await ask({ query: byMobile(PURGED_MOBILE) });
  expect(cacheStatusOf(next)).toBe('lookaside; fwd=miss; fwd-status=200; stored');
});

test('a signed purge of a customer makes the next look-up a miss, and says how many entries there were', async () => {
  const { id } = (await (await ask({ query: byMobile(PURGED_MOBILE) })).json()) as { id: number };
  const purge = await administer(`cache/customers/${id}`);
  expect([purge.status, await purge.json()]).toEqual([200, { purged: 1 }]);
  const next = await ask({ query: byMobile(PURGED_MOBILE), headers: { 'cache-control': 'only-if-cached' } });
  expect(next.status).toBe(504);
  const neverSeen = await administer('cache/customers/4711');
  expect([neverSeen.status, await neverSeen.json()]).toEqual([200, { purged: 0 }]);
});

test('the webhook is refused without its secret, and does nothing', async () => {
  await ask({ query: byMobile(EVENT_MOBILE) });
  for (const authorization of [undefined, 'a guess', `Bearer ${await webhookSecret()}`]) {
    const refusal = await postEvent(eventAbout('customerUpdated'), authorization);
    expect(refusal.status).toBe(401);
    expect(await refusal.json()).toMatchObject({ status: 401, code: 'unauthorized' });
  }
  expect(cacheStatusOf(await ask({ query: byMobile(EVENT_MOBILE) }))).toMatch(/^lookaside; hit/);
});

test('with its secret, the webhook deletes changed customers and marks stale those that only earned points', async () => {
  const secret = await webhookSecret();

  expect((await postEvent(eventAbout('customerUpdated'), secret)).status).toBe(200);
  await sleep(FENCE_MARGIN_MS);
  const afterDeletion = await ask({ query: byMobile(EVENT_MOBILE) });
  expect(cacheStatusOf(afterDeletion)).toBe('lookaside; fwd=miss; fwd-status=200; stored');

  expect((await postEvent(eventAbout('pointsIssued'), secret)).status).toBe(200);
  const afterMark = await ask({ query: byMobile(EVENT_MOBILE) });
  expect(cacheStatusOf(afterMark)).toMatch(/^lookaside; fwd=stale; fwd-status=200/);
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
  ['a key that does not exist', { 'x-api-key': 'a-key-of-nobody' }],
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
  for (const path of LOOKUP_PATHS) {
    const preflight = await fetch(new URL(path.slice(1), url), { method: 'OPTIONS' });
    expect([path, preflight.status]).toEqual([path, 204]);
  }
  const health = await fetch(new URL('health', url));
  expect(await health.json()).toMatchObject({ status: 'ok' });
});

test('the table names no customer, and every item has its end', async () => {
  const dynamoDb = open(new DynamoDBClient(asAdministrator()));
  const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: outputs.TableName }));
  expect(Items.length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify(Items)).not.toContain(MOBILE.slice(2));
  // Some items ended a while ago, and are still there: deletion by TTL is late, on AWS too.
  const latest = Math.ceil((Date.now() + LONGEST_LIFE_MS) / 1000);
  for (const { expiresAt } of Items) {
    expect(Number(expiresAt?.N)).toBeGreaterThan(startedAt / 1000);
    expect(Number(expiresAt?.N)).toBeLessThanOrEqual(latest);
  }
});

test('IAM is switched off again, so that cdk can deploy', async () => {
  await emulator.stop();
  await emulator.start({ enforcesIam: false });
  expect((await fetch(`${emulator.url}/apikeys/${outputs.ApiKeyIds}`)).status).toBe(200);
});

test('the key secret is rotated by three deployments: no entry is lost at the first, no purge misses one', async () => {
  const old = await readSecret(outputs.KeySecretArn);
  const fresh = await makeSecret();
  const rotateTo = async (value: string) => {
    const version = ['--context', `keySecretVersion=${await putSecret(outputs.KeySecretArn, value)}`];
    const { exitCode, output } = await deploy(...withUpstream(), ...version);
    expect(exitCode === 0 ? '' : output).toBe('');
  };
  const purgeCustomer = async (n: number) => (await administer(`cache/customers/${7_000_000_000 + n}`)).json();
  await ask({ query: byMobile(ROTATED_MOBILE) });
  await ask({ query: byMobile(OTHER_ROTATED_MOBILE) });

  await rotateTo(`${old},${fresh}`);
  expect(cacheStatusOf(await ask({ query: byMobile(ROTATED_MOBILE) }))).toMatch(/^lookaside; hit/);

  await rotateTo(`${fresh},${old}`);
  expect(cacheStatusOf(await ask({ query: byMobile(ROTATED_MOBILE) }))).toMatch(/^lookaside; fwd=miss.*; stored$/);
  // One entry under each key, and one that is under the old key alone.
  expect(await purgeCustomer(32)).toEqual({ purged: 2 });
  expect(await purgeCustomer(38)).toEqual({ purged: 1 });
  await sleep(FENCE_MARGIN_MS);
  expect(cacheStatusOf(await ask({ query: byMobile(ROTATED_MOBILE) }))).toMatch(/^lookaside; fwd=miss.*; stored$/);

  await rotateTo(fresh);
  expect(cacheStatusOf(await ask({ query: byMobile(ROTATED_MOBILE) }))).toMatch(/^lookaside; hit/);
  expect(await purgeCustomer(32)).toEqual({ purged: 1 });
});

test("a later deployment keeps what it is not told, changes the upstream's address, and rotates the webhook's secret", async () => {
  const old = await webhookSecret();
  const fresh = await makeSecret();
  const version = ['--context', `webhookSecretVersion=${await putSecret(outputs.WebhookSecretArn, `${fresh},${old}`)}`];

  const before = await liveVersionOf('HttpFunctionName');
  const changed = await deploy('--parameters', 'UpstreamBaseUrl=https://upstream.example', ...version);
  expect(changed.exitCode === 0 ? '' : changed.output).toBe('');
  expect(changed.output).not.toContain('(no changes)');
  // A changed parameter changes no line of the template. The alias must still follow.
  const after = await liveVersionOf('HttpFunctionName');
  expect(after).toBeGreaterThan(before);
  expect((await postEvent(eventAbout('customerUpdated'), fresh)).status).toBe(200);
  expect((await postEvent(eventAbout('customerUpdated'), old)).status).toBe(200);
  expect((await postEvent(eventAbout('customerUpdated'), `${fresh},${old}`)).status).toBe(401);

  const unchanged = await deploy(...version);
  expect(unchanged.exitCode === 0 ? '' : unchanged.output).toBe('');
  expect(unchanged.output).toContain('(no changes)');
  expect(await liveVersionOf('HttpFunctionName')).toBe(after);
});

test('cdk destroy leaves no table and no API behind', async () => {
  for (const name of ['neighbour', 'emulated'] as const) {
    const { exitCode, output } = await cdk('destroy', '--force', ...toEnvironment(name));
    expect(exitCode === 0 ? '' : output).toBe('');
  }
  const dynamoDb = open(new DynamoDBClient(asAdministrator()));
  expect((await dynamoDb.send(new ListTablesCommand())).TableNames).toEqual([]);
  expect((await ask({ query: byMobile(MOBILE) })).status).toBe(404);
});
