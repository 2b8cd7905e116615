import { expect, test } from '@jest/globals';
import { start } from '../acceptance/running-service.ts';
import { IMPATIENT } from '../support/patience.ts';
import { type Answer, follow, mismatchesOf, type Operation, operationOf, operations } from './document.ts';

// Holds the headers of openapi.yaml to replies of the running service. `mismatchesOf` finds a header that the document lacks.

const ORIGIN = 'https://kiosk.example';
const DETAILS = '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=externalId&identifierValue=';
/** The paths with answers that a page may read. */
const READABLE = operations.filter(({ path, method }) => !/^\/(cache|events)\//.test(path) && method !== 'OPTIONS');

/** The names of headers that the document has for a status of an operation. */
function documented({ responses }: Operation, status: number): string[] {
  const response = responses[status] ?? responses.default ?? '';
  return Object.keys(follow(response)[1].headers);
}

test('a header that the document lacks is a mismatch, unless it belongs to the connection or the message', async () => {
  const { ask } = await start();
  const answer = await ask('/health');
  expect(mismatchesOf(operationOf('checkHealth'), answer)).toEqual([]);
  const headers = new Headers([...answer.headers, ['x-made-up', '1'], ['keep-alive', 'timeout=5']]);
  expect(mismatchesOf(operationOf('checkHealth'), { ...answer, headers })).toEqual(['x-made-up is not documented']);
});

test.each(operations.map((operation) => [operation.id, operation] as const))(
  'each reply to %s has the id of the request',
  (_, { responses }) => {
    for (const response of Object.values(responses)) {
      expect(follow(`${response}/headers/x-amzn-RequestId`)[1]).toMatchObject({ required: true });
    }
  },
);

test.each(READABLE.map((operation) => [operation.id, operation] as const))(
  'pages may read every reply to %s, and the document says so',
  async (_, operation) => {
    const names = ['Vary', 'Access-Control-Allow-Origin', 'Access-Control-Expose-Headers'];
    for (const [status, response] of Object.entries(operation.responses)) {
      expect([status, Object.keys(follow(response)[1].headers)]).toEqual([status, expect.arrayContaining(names)]);
    }
    const { ask } = await start({ CORS_ORIGINS: ORIGIN });
    const { path, method } = operation;
    for (const origin of [ORIGIN, 'https://other.example']) {
      for (const [address, init] of [
        [path, { method }],
        [`${path}?made_up=1`, { method }],
        [path, { method: 'PATCH' }],
        [`${path}/made-up`, { method }],
      ] as const) {
        if (init.method === 'PATCH' && method === 'HEAD') continue;
        const body = method === 'POST' ? '{}' : null;
        const answer = await ask(address, { ...init, headers: { Origin: origin }, body });
        expect(answer.headers.get('vary')).toMatch(/^Origin/);
        expect([address, mismatchesOf(operation, answer)]).toEqual([address, []]);
      }
    }
  },
);

test("the gateway's own refusal, which any page may read, is documented for every path with a key", async () => {
  const { ask } = await start({ CORS_ORIGINS: ORIGIN, LOCAL_API_KEYS: 'till-key' });
  for (const operation of operations.filter(({ security }) => security.some((each) => 'apiKey' in each))) {
    const { path, method } = operation;
    const answer = await ask(path, { method, headers: { Origin: ORIGIN }, body: method === 'POST' ? '{}' : null });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, '*']);
    expect(mismatchesOf(operation, answer)).toEqual([]);
  }
});

test('an error has the id of Capillary’s request if Capillary was asked, as documented', async () => {
  const { ask, upstream } = await start(IMPATIENT);
  const operation = operationOf('lookUpCustomer');
  const has = async (answer: Promise<Answer>, status: number) => {
    const { headers, ...others } = await answer;
    expect([others.status, headers.has('x-cap-requestid')]).toEqual([status, true]);
    expect(mismatchesOf(operation, { headers, ...others })).toEqual([]);
    expect(documented(operation, status)).toContain('X-Cap-RequestID');
  };
  await has(ask(`${DETAILS}FAULT-blank`), 400);
  await has(ask(`${DETAILS}FAULT-html`), 502);
  await has(ask(`${DETAILS}HTTP-500`), 503);
  // v1.1 answers, and v2 does not.
  upstream.control({ fault: { kind: 'hang', api: 'v2' } });
  await has(ask(`${DETAILS}UNKNOWN&embed=coupons`), 504);
});

test('a refusal of a caller that tries numbers out has the id of Capillary’s request, as documented', async () => {
  const { ask } = await start({ GUARD_NOT_FOUND_LIMIT: '20' });
  const operation = operationOf('lookUpCustomer');
  let answer: Answer = await ask(`${DETAILS}tried`);
  for (let n = 0; n < 100 && answer.status !== 429; n += 1) answer = await ask(`${DETAILS}tried-${n}`);
  expect([answer.status, answer.headers.has('x-cap-requestid')]).toEqual([429, true]);
  expect(mismatchesOf(operation, answer)).toEqual([]);
});

test('a long batch is packed by the gateway, as documented', async () => {
  const { ask } = await start();
  const lookup = { source: 'INSTORE', identifierName: 'externalId', identifierValue: '12341234' };
  const batch = await ask('/lookups', { method: 'POST', body: JSON.stringify({ lookups: [lookup, lookup, lookup] }) });
  expect(batch.headers.get('content-encoding')).toBe('gzip');
  expect(mismatchesOf(operationOf('lookUpMany'), batch)).toEqual([]);
});
