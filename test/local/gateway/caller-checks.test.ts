import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { type CryptoKey, exportJWK, SignJWT } from 'jose';
import { bySignature } from '../../../functions/smoke/by-signature.ts';
import { createSignatureCheck } from '../../../local/gateway/callers/signature-check.ts';
import { createTokenCheck } from '../../../local/gateway/callers/token-check.ts';
import { Sha256 } from '../../../scripts/smoke/signature.ts';

const NOW = Date.UTC(2026, 10, 27, 12);

/** A request with these headers, as far as the checks read it. */
function called(url: URL, headers: Readonly<Record<string, string>>) {
  const own = { host: url.host, ...headers };
  const headersDistinct = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, [value]]));
  const request = { method: 'GET', headers: own, headersDistinct } as unknown as IncomingMessage;
  return { request, path: url.pathname, query: url.search.slice(1), body: Buffer.alloc(0) };
}

describe('the check of a signature', () => {
  const URL_OF_LOOKUP = new URL('http://127.0.0.1:3000/v1.1/customer/get?mobile=1234512345');
  const arn = 'arn:aws:sts::111122223333:assumed-role/till/store-7';
  const credentials = { accessKeyId: 'AKIATILL', secretAccessKey: 'made-up' };
  const check = createSignatureCheck([{ ...credentials, arn }], () => NOW);
  const signedAt = (at: number) =>
    bySignature({ region: 'eu-west-1', credentials }, () => at).headersFor({ url: URL_OF_LOOKUP, method: 'GET' });

  test.each([
    ['of this moment', 0, arn],
    ['five minutes old', -300_000, arn],
    ['of five minutes ahead', 300_000, arn],
    ['older than that', -301_000, undefined],
    ['of a later time', 301_000, undefined],
    ['of yesterday', -86_400_000, undefined],
  ])('%s', async (_, byMs, expected) => {
    const caller = await check(called(URL_OF_LOOKUP, await signedAt(NOW + byMs)));
    expect(caller?.userArn).toBe(expected);
  });

  test('refuses a signature that does not cover the host: it may be for another API', async () => {
    const maker = new SignatureV4({ service: 'execute-api', region: 'eu-west-1', credentials, sha256: Sha256 });
    const { pathname: path, hostname, searchParams } = URL_OF_LOOKUP;
    const request = { method: 'GET', protocol: 'http:', hostname, path, query: Object.fromEntries(searchParams) };
    const sign = async (headers: Record<string, string>) =>
      (await maker.sign({ ...request, headers }, { signingDate: new Date(NOW) })).headers;
    const withHost = await sign({ host: URL_OF_LOOKUP.host });
    expect((await check(called(URL_OF_LOOKUP, withHost)))?.userArn).toBe(arn);
    expect(await check(called(URL_OF_LOOKUP, await sign({})))).toBeUndefined();
  });

  test('refuses a signature for another host', async () => {
    const other = called(URL_OF_LOOKUP, { ...(await signedAt(NOW)), host: 'other.example' });
    expect(await check(other)).toBeUndefined();
  });
});

describe('the check of a token', () => {
  const ISSUER = 'https://login.shops.example';
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  type Claims = Readonly<Record<string, unknown>>;
  let check: ReturnType<typeof createTokenCheck>;
  beforeAll(async () => {
    const keys = [await exportJWK(rsa.publicKey), await exportJWK(ec.publicKey)];
    const known = { issuer: ISSUER, audiences: ['lookaside'], keys: { keys } };
    check = createTokenCheck(known, () => NOW);
  });

  const ask = async (claims: Claims, alg = 'RS256', key: unknown = rsa.privateKey) => {
    const payload = { iss: ISSUER, aud: 'lookaside', sub: 'till-7', exp: NOW / 1000 + 60, ...claims };
    const token = await new SignJWT(payload).setProtectedHeader({ alg }).sign(key as CryptoKey);
    return check(called(new URL('http://127.0.0.1:3000/lookups'), { authorization: `Bearer ${token}` }));
  };

  test('passes every claim on as a text, and a list as API Gateway writes it', async () => {
    const claims = { 'cognito:groups': ['staff', 'kiosks'], level: 3 };
    expect((await ask(claims))?.claims).toMatchObject({
      sub: 'till-7',
      'cognito:groups': '[staff kiosks]',
      level: '3',
    });
  });

  test.each<[string, Claims]>([
    ['without an end', { exp: undefined }],
    ['that has ended', { exp: NOW / 1000 - 1 }],
    ['that begins later', { nbf: NOW / 1000 + 60 }],
    ['of another issuer', { iss: 'https://login.other.example' }],
    ['of the issuer with a slash', { iss: `${ISSUER}/` }],
  ])('refuses a token %s', async (_, claims) => {
    expect(await ask(claims)).toBeUndefined();
  });

  test('refuses a token with a signature that API Gateway does not know, even if the issuer has its key', async () => {
    expect(await ask({}, 'ES256', ec.privateKey)).toBeUndefined();
  });
});
