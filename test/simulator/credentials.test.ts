import { describe, expect, test } from '@jest/globals';
import { basicAuthorization, DEFAULT_OAUTH_CREDENTIALS } from '../../simulator/credentials.ts';
import { AUTHORIZATION, type Client, json, startClient } from './simulator-client.ts';

const SAMPLE = { source: 'INSTORE', identifierName: 'externalId', identifierValue: '12341234' };

async function askForToken({ plain }: Client, credentials: object = DEFAULT_OAUTH_CREDENTIALS): Promise<Response> {
  return plain('/v3/oauth/token/generate', { method: 'POST', body: JSON.stringify(credentials) });
}

describe('Basic', () => {
  test('is made as the documents say', () => {
    expect(basicAuthorization({ username: 'store.server', password: 'server123' })).toBe(
      'Basic c3RvcmUuc2VydmVyOjhhMTZhNmI3MDUwNWViMWYxZmY3Y2RjMGNkNTU1OWE3',
    );
  });

  test('is accepted as configured', async () => {
    const credentials = { username: 'store.server', password: 'server123' };
    const { v2 } = await startClient({ basic: credentials });
    expect((await v2(SAMPLE, { authorization: basicAuthorization(credentials) })).status).toBe(200);
    expect((await v2(SAMPLE)).status).toBe(401);
  });

  test.each([
    ['no credentials', {}],
    ['a wrong password', { authorization: basicAuthorization({ username: 'till.demo', password: 'wrong' }) }],
    ['the password itself', { authorization: `Basic ${btoa('till.demo:demo-password')}` }],
    ['an unknown token', { 'x-cap-api-oauth-token': 'unknown' }],
  ])('%s is refused with 401 and an XML body', async (_case, headers) => {
    const { simulator, v2 } = await startClient();
    const response = await v2(SAMPLE, headers);
    expect(response.status).toBe(401);
    expect(await response.text()).toMatch(/^<\?xml/);
    expect(response.headers.get('x-cap-requestid')).toMatch(/./);
    expect(simulator.counters).toMatchObject({ v2Lookups: 1, refusedCredentials: 1 });
  });
});

describe('OAuth', () => {
  test('gives a token that is accepted until it expires', async () => {
    let now = 1_000_000;
    const client = await startClient({ now: () => now });
    const { data } = await json(askForToken(client));
    expect(data).toEqual({ accessToken: expect.any(String), ttlSeconds: 3600 });
    const headers = { 'X-CAP-API-OAUTH-TOKEN': data.accessToken };
    now += 3_599_999;
    expect((await client.v2(SAMPLE, headers)).status).toBe(200);
    now += 1;
    expect((await client.v2(SAMPLE, headers)).status).toBe(401);
    expect(client.simulator.counters.tokenRequests).toBe(1);
  });

  test('refuses a wrong secret', async () => {
    const client = await startClient();
    expect((await askForToken(client, { key: 'demo-key', secret: 'wrong' })).status).toBe(401);
  });

  test('revoked tokens are refused, a new one is accepted', async () => {
    const client = await startClient();
    const first = (await json(askForToken(client))).data.accessToken;
    client.simulator.control({ revokeTokens: true });
    expect((await client.v2(SAMPLE, { 'X-CAP-API-OAUTH-TOKEN': first })).status).toBe(401);
    const second = (await json(askForToken(client))).data.accessToken;
    expect((await client.v2(SAMPLE, { 'X-CAP-API-OAUTH-TOKEN': second })).status).toBe(200);
  });
});

test('changed credentials replace the old ones until a reset of everything', async () => {
  const { simulator, v2 } = await startClient();
  const credentials = { username: 'till.new', password: 'new' };
  simulator.control({ credentials: { basic: credentials } });
  expect((await v2(SAMPLE)).status).toBe(401);
  expect((await v2(SAMPLE, { authorization: basicAuthorization(credentials) })).status).toBe(200);
  simulator.reset();
  expect((await v2(SAMPLE, AUTHORIZATION)).status).toBe(200);
});

describe('the rate limit', () => {
  test('throttles within the minute, for each API, and says when to come back', async () => {
    let now = 60_000 * 1000 + 20_000;
    const { v2, v1 } = await startClient({ now: () => now, rateLimitPerMinute: 1 });
    expect((await v2(SAMPLE)).status).toBe(200);
    const throttled = await v2(SAMPLE);
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '40']);
    expect((await v1({ format: 'json', id: '566881933' })).status).toBe(200);
    now += 40_000;
    expect((await v2(SAMPLE)).status).toBe(200);
  });
});
