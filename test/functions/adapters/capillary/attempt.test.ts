import { describe, expect, test } from '@jest/globals';
import { attempt } from '../../../../functions/adapters/capillary/attempt.ts';
import { InvalidReplyError } from '../../../../functions/adapters/capillary/http-exchange.ts';
import { writeJson } from '../../../../functions/customer/json/json.ts';
import type { CanonicalRequest } from '../../../../functions/customer/request/canonical-request.ts';
import { readV1Request } from '../../../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';
import { type Answer, answering, type ScriptedReply, scriptedHttp } from '../../../support/scripted-http.ts';

const BASE_URL = 'https://upstream.invalid/prefix';
const VALUE = 'a b+c&d=e/f?g#h%i"é😀';

const v2Parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: VALUE };
const { request: v2 } = await readV2Request(Object.entries(v2Parameters), DEFAULT_READING);
const get = async (parameters: Readonly<Record<string, string>>, language?: string): Promise<CanonicalRequest> =>
  (await readV1Request(Object.entries(parameters), language, DEFAULT_READING)).request;
const v1 = await get({ external_id: VALUE });
const inChinese = await get({ id: '1' }, 'ZH-hans');

/** Asks once. The clock is turned by a second when the reply begins. */
async function ask(answer: Answer, request = v2, deadline = new AbortController()) {
  const clock = new ManualClock();
  const askedAt = clock.now();
  const { http, requests } = scriptedHttp((...args) => {
    clock.advance(1000);
    return answer(...args);
  });
  const authorization = { name: 'authorization', value: 'Basic made-up' };
  const made = await attempt(request, { http, baseUrl: BASE_URL, clock, authorization, deadline: deadline.signal });
  expect(made.askedAt).toBe(askedAt);
  return { made, sent: requests[0] };
}

describe('the request', () => {
  test.each<[string, CanonicalRequest, string, object]>([
    [
      'v2',
      v2,
      `/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=externalId&identifierValue=${encodeURIComponent(VALUE)}`,
      {},
    ],
    [
      'v1.1, always for JSON and the id',
      v1,
      `/v1.1/customer/get?external_id=${encodeURIComponent(VALUE)}&format=json&user_id=true`,
      {},
    ],
    ['v1.1, in a language', inChinese, '/v1.1/customer/get?id=1&format=json&user_id=true', { language: 'zh-Hans' }],
  ])('of %s has its own path, and everything percent-encoded', async (_title, request, path, headers) => {
    const { sent } = await ask(answering(200, '{}'), request);
    expect(sent).toMatchObject({ method: 'GET', url: `${BASE_URL}${path}` });
    expect(sent?.headers).toStrictEqual({ authorization: 'Basic made-up', ...headers });
  });
});

describe('the reply', () => {
  test('is read by the API that was asked', async () => {
    const ofV2 = answering(200, '{"id":9007199254740993,"n":1.0}', { 'x-cap-requestid': 'a1-B2_c3.d4:e5' });
    const { made } = await ask(ofV2);
    expect(made).toMatchObject({ outcome: { kind: 'found', status: 200 }, status: 200, requestId: 'a1-B2_c3.d4:e5' });
    expect(made.outcome.kind === 'found' && writeJson(made.outcome.reply)).toBe('{"id":9007199254740993,"n":1.0}');
    expect((await ask(ofV2, v1)).made.outcome).toEqual({ kind: 'failed', failure: 'invalid' });
    const ofV1 = answering(200, '{"customers":{"customer":{"user_id":1}}}');
    expect((await ask(ofV1, v1)).made.outcome).toMatchObject({ kind: 'found', customerId: '1' });
    expect((await ask(ofV1)).made.outcome).toEqual({ kind: 'failed', failure: 'invalid' });
  });

  test.each([
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['two words', false],
    ['a@example.com', false],
    ['', false],
  ])('has the id %j of the request: kept %j', async (requestId, isKept) => {
    const { made } = await ask(answering(200, '{"id":1}', { 'x-cap-requestid': requestId }));
    expect(made.requestId).toBe(isKept ? requestId : undefined);
  });

  test.each<[string, ScriptedReply, object]>([
    [
      'a failure',
      { status: 503, headers: { 'retry-after': '7' } },
      { kind: 'failed', failure: 'server-error', retryAfterMs: 7000 },
    ],
    ['no failure without that header', { status: 503 }, { kind: 'failed', failure: 'server-error' }],
    [
      'no refusal',
      { status: 400, headers: { 'retry-after': '7' } },
      { kind: 'refused', status: 400, errors: undefined },
    ],
  ])('says when to ask again in %s', async (_title, reply, outcome) => {
    const { made } = await ask(() => reply);
    expect(made.outcome).toStrictEqual(outcome);
  });

  test('says when to ask again as a date: by the time at which it came', async () => {
    const at = new Date(new ManualClock().now() + 1000 + 7000).toUTCString();
    const { made } = await ask(answering(429, '', { 'retry-after': at }));
    expect(made.outcome).toEqual({ kind: 'failed', failure: 'throttled', retryAfterMs: 7000 });
  });
});

describe('no reply', () => {
  const failing = (error: Error) => () => Promise.reject(error);

  test.each<[string, Answer, object]>([
    ['that is HTTP', failing(new InvalidReplyError('made up')), { outcome: { failure: 'invalid' } }],
    [
      'because of the connection',
      failing(Object.assign(new Error('made up'), { code: 'ECONNREFUSED' })),
      { outcome: { failure: 'connection' }, error: 'ECONNREFUSED' },
    ],
    [
      'whose body is whole',
      () => ({ body: '{"id":1}', after: 'break' }),
      { outcome: { failure: 'connection' }, status: 200, error: 'ECONNRESET' },
    ],
  ])('%s is a failure', async (_title, answer, expected) => {
    const { made } = await ask(answer);
    expect(made).toMatchObject(expected);
    expect(Object.keys(made.outcome)).toEqual(['kind', 'failure']);
  });

  test('in time is a timeout, with its status if it has begun', async () => {
    const deadline = new AbortController();
    const late = (reply: Promise<ScriptedReply> | ScriptedReply) => () => {
      setImmediate(() => deadline.abort());
      return reply;
    };
    const { made } = await ask(late({ status: 404, body: '{', after: 'nothing' }), v2, deadline);
    expect(made).toMatchObject({ outcome: { kind: 'failed', failure: 'timeout' }, status: 404 });
    expect((await ask(answering(200, '{}'), v2, deadline)).made.outcome).toEqual({
      kind: 'failed',
      failure: 'timeout',
    });
  });
});

describe('a reply that breaks off', () => {
  test.each([
    [299, 'connection'],
    [300, 'invalid'],
    [404, 'invalid'],
    [429, 'throttled'],
    [499, 'invalid'],
    [500, 'connection'],
  ])('with status %i fails: %s', async (status, failure) => {
    const { made } = await ask(() => ({ status, body: '{"id":1', after: 'break' }));
    expect(made).toMatchObject({ outcome: { kind: 'failed', failure }, status });
  });

  test.each([
    [404, 'timeout'],
    [429, 'throttled'],
  ])('with status %i, when the deadline passes, fails: %s', async (status, failure) => {
    const deadline = new AbortController();
    const answer = () => {
      setImmediate(() => deadline.abort());
      return { status, body: '{', after: 'nothing' } as const;
    };
    expect((await ask(answer, v2, deadline)).made.outcome).toEqual({ kind: 'failed', failure });
  });
});
