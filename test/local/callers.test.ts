import { generateKeyPairSync } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, importPKCS8, type JWTPayload, SignJWT } from 'jose';
import { createCanary } from '../../functions/canary/handler.ts';
import { parseCanarySettings } from '../../functions/settings/canary-settings.ts';
import { SettingsError } from '../../functions/settings/settings-error.ts';
import { bySignature } from '../../functions/smoke/by-signature.ts';
import { type LocalService, startLocal } from '../../local/service.ts';
import { byToken } from '../../scripts/smoke/by-token.ts';
import { checkDeployment } from '../../scripts/smoke/check-deployment.ts';
import { signatureHeaders } from '../../scripts/smoke/signature.ts';
import { RecordingLog } from '../support/lookup-service.ts';

// Tests that the local service lets callers in as a deployment's gateway does: by a signature, or by a token.

const services: LocalService[] = [];
afterAll(() => Promise.all(services.map((service) => service.close())));

/** This and all values below are made up. */
const ACCOUNT = '111122223333';
const PATH =
  '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=%2B919000000002';
const CALLERS = {
  tills: { isDefault: true },
  kiosks: {
    fields: { v2: 'profiles(firstName)', 'v1.1': 'firstname' },
    roles: [`arn:aws:iam::${ACCOUNT}:role/shops/kiosk`],
  },
};

/** The part of that customer that a kiosk gets: a profile for each of two sources. */
const FIRST_NAMES = [{ firstName: expect.any(String) }, { firstName: expect.any(String) }];

async function start(settings: Readonly<Record<string, string>>) {
  const log = new RecordingLog();
  const service = await startLocal({ PORT: '0', LOG_LEVEL: 'INFO', ...settings }, { log });
  services.push(service);
  /** The line of the last look-up. */
  const lastLine = () => log.lines.findLast(({ message }) => message === 'request')?.facts;
  return { url: service.url, lastLine };
}

describe('with CALLER_AUTH=iam', () => {
  const signer = (accessKeyId: string, role: string) => ({
    accessKeyId,
    secretAccessKey: `secret-of-${accessKeyId}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/store-7`,
  });
  const [TILL, KIOSK] = [signer('AKIATILL', 'till-gateway'), signer('AKIAKIOSK', 'kiosk')];
  const starting = start({
    CALLER_AUTH: 'iam',
    CALLERS: JSON.stringify(CALLERS),
    LOCAL_SIGNERS: JSON.stringify([TILL, KIOSK]),
  });

  type Signing = { path?: string; method?: string; secretAccessKey?: string; region?: string; service?: string };
  const ask = async (
    { accessKeyId, ...known }: typeof TILL,
    { path = PATH, method = 'GET', secretAccessKey = known.secretAccessKey, ...of }: Signing = {},
    change: (headers: Record<string, string>) => Record<string, string> = (headers) => headers,
    asked = path,
  ) => {
    const { url } = await starting;
    const { region = 'eu-west-1', service = 'execute-api' } = of;
    const credentials = { accessKeyId, secretAccessKey };
    const headers = await signatureHeaders({ url: new URL(path, url), method, service, region, credentials });
    return fetch(new URL(asked, url), { method, headers: change({ ...headers }) });
  };

  test('a signature lets a caller in, and its role decides its class', async () => {
    const { lastLine } = await starting;
    const till = await ask(TILL);
    expect([till.status, lastLine()]).toEqual([
      200,
      expect.objectContaining({ by: 'till-gateway', callerClass: 'tills' }),
    ]);
    expect(await till.json()).toHaveProperty('id');
    const kiosk = await ask(KIOSK);
    expect([kiosk.status, lastLine()]).toEqual([200, expect.objectContaining({ by: 'kiosk', callerClass: 'kiosks' })]);
    expect(await kiosk.json()).toEqual({ profiles: FIRST_NAMES });
  });

  test('a signed batch gets in, and the signature covers its body', async () => {
    const { url } = await starting;
    const body = JSON.stringify({
      lookups: [{ source: 'INSTORE', identifierName: 'mobile', identifierValue: '9000000002' }],
    });
    const signed = { url: new URL('/lookups', url), method: 'POST', service: 'execute-api', region: 'eu-west-1' };
    const headersFor = (covered: string) => signatureHeaders({ ...signed, credentials: TILL, body: covered });
    const send = (headers: Readonly<Record<string, string>>) => fetch(signed.url, { method: 'POST', headers, body });
    expect((await send(await headersFor(body))).status).toBe(200);
    // A signature of another body; and that with the digest of this one.
    const other = await headersFor('{"lookups":[]}');
    expect((await send(other)).status).toBe(403);
    const { 'x-amz-content-sha256': digest = '' } = await headersFor(body);
    expect((await send({ ...other, 'x-amz-content-sha256': digest })).status).toBe(403);
  });

  test.each<[string, () => Promise<Response>]>([
    ['no signature', async () => fetch(new URL(PATH, (await starting).url))],
    ['an API key', async () => fetch(new URL(PATH, (await starting).url), { headers: { 'x-api-key': 'kiosks.x' } })],
    ['a signature with a wrong secret', () => ask(TILL, { secretAccessKey: 'wrong' })],
    ['a signature of an unknown identity', () => ask({ ...TILL, accessKeyId: 'AKIAOTHER' })],
    ['a signature of another service', () => ask(TILL, { service: 's3' })],
    ['a signature of another path', () => ask(TILL, {}, undefined, PATH.replace('0002', '0008'))],
    [
      'a signature of another time',
      () => ask(TILL, {}, (headers) => ({ ...headers, 'x-amz-date': '20261127T000000Z' })),
    ],
    [
      'a signature whose region is changed',
      () =>
        ask(TILL, {}, (headers) => ({
          ...headers,
          authorization: headers.authorization?.replace('eu-west-1', 'us-east-1') ?? '',
        })),
    ],
    ['a signature of another path that does not exist', () => ask(TILL, { path: '/' }, undefined, '/no/such/path')],
  ])('%s is refused', async (_, call) => {
    const response = await call();
    expect([response.status, await response.json()]).toEqual([403, expect.objectContaining({ code: 'forbidden' })]);
  });

  test('an API key beside a signature decides no class', async () => {
    const { lastLine } = await starting;
    const response = await ask(TILL, {}, (headers) => ({ ...headers, 'x-api-key': 'kiosks.x' }));
    expect([response.status, lastLine()]).toEqual([200, expect.objectContaining({ callerClass: 'tills' })]);
  });

  test('the smoke test with signed look-ups finds no problem; without a signature it reports one', async () => {
    const { url } = await starting;
    const { accessKeyId, secretAccessKey } = TILL;
    const proof = bySignature({ credentials: { accessKeyId, secretAccessKey }, region: 'eu-west-1' }, Date.now);
    const sleep = async () => undefined;
    expect(await checkDeployment({ url, proof, sleep })).toMatchObject({ problems: [] });
    const { problems } = await checkDeployment({ url, sleep });
    expect(problems).toEqual([expect.stringContaining('API key')]);
  });

  test('the canary signs its look-ups, and finds nothing wrong', async () => {
    const { url } = await starting;
    const log = new RecordingLog();
    const settings = parseCanarySettings({
      CANARY_URL: url,
      CANARY_AUTH: 'iam',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: TILL.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TILL.secretAccessKey,
      AWS_SESSION_TOKEN: 'made-up-token-of-the-session',
    });
    await createCanary(settings, log)();
    expect(log.lines).toMatchObject([
      { level: 'info', facts: { lines: Array(4).fill(expect.stringContaining(' 200 ')) } },
    ]);
    expect(JSON.stringify(log.lines)).not.toMatch(/AKIATILL|secret-of/);
  });

  test.each([
    [{ CANARY_AUTH: 'iam' }, 'CANARY_AUTH is iam, and AWS_REGION or the AWS credentials are missing'],
    [{ CANARY_AUTH: 'jwt' }, 'CANARY_AUTH is "jwt"; allowed is apiKey or iam'],
  ])('a canary with %j does not start', (settings, message) => {
    expect(() => parseCanarySettings({ CANARY_URL: 'https://lookups.shops.example', ...settings })).toThrow(message);
  });

  test('health and cache administration stay open on this machine', async () => {
    const { url } = await starting;
    expect((await fetch(new URL('/health', url))).status).toBe(200);
    const purge = await fetch(new URL('/cache/customers/7', url), { method: 'DELETE' });
    expect(purge.status).toBe(200);
  });
});

describe('with CALLER_AUTH=jwt', () => {
  const ISSUER = 'https://login.shops.example';
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [own, other] = [pair(), pair()];
  const starting = (async () => {
    const key = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    return start({
      CALLER_AUTH: 'jwt',
      CALLER_CLAIM: 'client_id',
      CLASS_CLAIM: 'cognito:groups',
      CALLERS: JSON.stringify({ tills: { isDefault: true }, kiosks: { fields: CALLERS.kiosks.fields } }),
      LOCAL_ISSUER: JSON.stringify({ issuer: ISSUER, audiences: ['lookaside'], keys: { keys: [key] } }),
    });
  })();

  interface Token {
    readonly claims?: JWTPayload;
    readonly audience?: string | string[] | undefined;
    readonly issuer?: string;
    readonly expires?: string | number;
    readonly from?: typeof own;
  }
  const tokenOf = async ({ claims = {}, issuer = ISSUER, expires = '1h', from = own, ...given }: Token = {}) => {
    const { audience } = { audience: 'lookaside', ...given };
    const key = (await importPKCS8(
      from.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'RS256',
    )) as CryptoKey;
    const token = new SignJWT({ sub: 'asha@example.com', client_id: 'shop-7', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuer)
      .setExpirationTime(expires);
    return (audience === undefined ? token : token.setAudience(audience)).sign(key);
  };
  const ask = async (token: string, scheme = 'Bearer ') =>
    fetch(new URL(PATH, (await starting).url), { headers: { authorization: `${scheme}${token}` } });

  test('a token lets a caller in: one claim names it, and another its class', async () => {
    const { lastLine } = await starting;
    const till = await ask(await tokenOf());
    expect([till.status, lastLine()]).toEqual([200, expect.objectContaining({ by: 'shop-7', callerClass: 'tills' })]);
    const kiosk = await ask(await tokenOf({ claims: { 'cognito:groups': ['staff', 'kiosks'] } }));
    expect(await kiosk.json()).toEqual({ profiles: FIRST_NAMES });
    expect(lastLine()).toMatchObject({ by: 'shop-7', callerClass: 'kiosks' });
  });

  test('the smoke test with a token finds no problem', async () => {
    const proof = byToken(await tokenOf());
    const { url } = await starting;
    expect(await checkDeployment({ url, proof, sleep: async () => undefined })).toMatchObject({ problems: [] });
  });

  test('the gateway lets a token with two classes in, and the function refuses it', async () => {
    const response = await ask(await tokenOf({ claims: { 'cognito:groups': ['tills', 'kiosks'] } }));
    expect([response.status, await response.json()]).toEqual([403, expect.objectContaining({ code: 'not_allowed' })]);
  });

  test.each<[string, Token]>([
    ['one audience of several', { audience: ['other', 'lookaside'] }],
    ['client_id in place of an audience', { audience: undefined, claims: { client_id: 'lookaside' } }],
  ])('%s is enough', async (_, token) => {
    expect((await ask(await tokenOf(token))).status).toBe(200);
  });

  test.each<[string, Token]>([
    ['another audience', { audience: 'other' }],
    ['no audience and another client', { audience: undefined }],
    ['client_id beside another audience', { audience: 'other', claims: { client_id: 'lookaside' } }],
    ['another issuer', { issuer: 'https://login.other.example' }],
    ['an expired time', { expires: 1_700_000_000 }],
    ['a start in the future', { claims: { nbf: 4_000_000_000 } }],
    ['the key of another', { from: other }],
  ])('a token with %s is refused', async (_, token) => {
    const response = await ask(await tokenOf(token));
    // In the words of an HTTP API.
    expect([response.status, await response.text()]).toEqual([401, '{"message":"Unauthorized"}']);
  });

  test.each([
    ['nothing', ''],
    ['no token', 'token'],
    ['a token without a signature', `${btoa('{"alg":"none"}')}.${btoa('{"sub":"x"}')}.`],
  ])('%s is refused', async (_, token) => {
    expect((await ask(token)).status).toBe(401);
  });
});

describe('a local service that could let no caller in does not start:', () => {
  test.each([
    [{ CALLER_AUTH: 'iam' }, 'CALLER_AUTH is iam and LOCAL_SIGNERS is missing'],
    [{ CALLER_AUTH: 'jwt' }, 'CALLER_AUTH is jwt and LOCAL_ISSUER is missing'],
    [{ LOCAL_SIGNERS: '[]' }, 'LOCAL_SIGNERS is wrong (its value is a secret)'],
    [
      { LOCAL_SIGNERS: '[{"accessKeyId":"a","secretAccessKey":"secret"}]' },
      'LOCAL_SIGNERS is wrong (its value is a secret)',
    ],
    [{ LOCAL_ISSUER: '{"issuer":"https://a.example","audiences":[]}' }, 'LOCAL_ISSUER is wrong; allowed is JSON'],
    [{ LOCAL_ISSUER: '{' }, 'LOCAL_ISSUER is wrong; allowed is JSON'],
  ])('%j', async (settings, message) => {
    const starting = startLocal({ PORT: '0', LOG_LEVEL: 'SILENT', ...settings });
    await expect(starting).rejects.toThrow(SettingsError);
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.not.toThrow('"secret"');
  });
});
