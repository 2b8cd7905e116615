import { describe, expect, test } from '@jest/globals';
import { writeJson } from '../../../functions/customer/json.ts';
import { createInvokeHandler } from '../../../functions/invoke/handler.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { found, said } from '../../support/scripted-upstream.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' };

function start() {
  const parts = startLookupService();
  const log = new RecordingLog();
  const handler = createInvokeHandler({ service: parts.service, log });
  /** As Lambda's runtime writes it out. */
  const invoke = async (payload: unknown) =>
    writeJson((await handler(payload, { awsRequestId: 'request-1' })) as never);
  const result = async (payload: unknown) => JSON.parse(await invoke(payload));
  return { ...parts, log, invoke, result };
}

describe('a direct invocation', () => {
  test('returns the customer, with how the cache was used', async () => {
    const { upstream, clock, result } = start();
    upstream.outcome = found('{"id":7,"profiles":[{"firstName":"A"}],"score":0}');
    const customer = { id: 7, profiles: [{ firstName: 'A' }] };
    expect(await result(QUERY)).toEqual({
      kind: 'found',
      customer,
      cache: { status: 'miss', ageSeconds: 0, ttlSeconds: 300 },
    });
    clock.advance(13_500);
    expect(await result(QUERY)).toEqual({
      kind: 'found',
      customer,
      cache: { status: 'hit', ageSeconds: 13, ttlSeconds: 286 },
    });
  });

  test('keeps the digits of the customer’s numbers', async () => {
    const { upstream, invoke } = start();
    upstream.outcome = found('{"id":9007199254740993,"loyaltyInfo":{"lifetimePurchases":221350.000}}');
    expect(await invoke(QUERY)).toContain('{"id":9007199254740993,"loyaltyInfo":{"lifetimePurchases":221350.000}}');
  });

  test('takes the API’s parameters under their own names, embed as an array', async () => {
    const { upstream, result } = start();
    await result({
      ...QUERY,
      api: 'v2',
      embed: ['points', 'MLP'],
      includedFraudDetails: true,
      userGroup2Id: 7,
      gapToRenew: 30,
      fields: 'id',
    });
    expect(upstream.requests[0]?.optionParameters).toEqual([
      ['embed', 'mlp,points'],
      ['gapToRenew', '30'],
      ['includedFraudDetails', 'true'],
      ['userGroup2Id', '7'],
    ]);
  });

  test('narrows the profile by fields', async () => {
    const { upstream, result } = start();
    upstream.outcome = found('{"id":7,"profiles":[{"firstName":"A","lastName":"B"}]}');
    expect(await result({ ...QUERY, fields: 'profiles/lastName' })).toMatchObject({
      customer: { profiles: [{ lastName: 'B' }] },
    });
  });

  test('heeds cacheControl', async () => {
    const { upstream, result } = start();
    await result(QUERY);
    await result({ ...QUERY, cacheControl: 'no-cache' });
    expect(upstream.requests).toHaveLength(2);
    expect(await result({ ...QUERY, identifierValue: '9876543211', cacheControl: 'only-if-cached' })).toMatchObject({
      kind: 'error',
      code: 'not_cached',
    });
  });

  test.each(['not-found', 'erased'] as const)('returns not-found for %s, with the upstream’s words', async (kind) => {
    const { upstream, result } = start();
    upstream.outcome = said(kind, 8015, 404);
    expect(await result(QUERY)).toMatchObject({
      kind: 'not-found',
      upstream: { code: 8015, message: 'its words' },
      cache: { status: 'miss' },
    });
  });

  test('returns what the upstream refuses as upstream_refused', async () => {
    const { upstream, result } = start();
    upstream.outcome = said('refused', 618);
    expect(await result(QUERY)).toMatchObject({
      kind: 'error',
      code: 'upstream_refused',
      upstream: { code: 618, message: 'its words' },
    });
  });

  test.each([
    ['connection', undefined, 'upstream_unavailable', 5],
    ['throttled', 12_001, 'upstream_unavailable', 13],
    ['server-error', 900_000, 'upstream_unavailable', 60],
    ['credentials-unreadable', undefined, 'upstream_unavailable', 5],
    ['timeout', undefined, 'upstream_timeout', undefined],
    ['invalid', undefined, 'upstream_invalid', undefined],
    ['credentials-refused', undefined, 'upstream_invalid', undefined],
  ] as const)(
    'returns an upstream failure (%s) as an error',
    async (failure, retryAfterMs, code, retryAfterSeconds) => {
      const { upstream, result } = start();
      upstream.outcome = { kind: 'failed', failure, ...(retryAfterMs !== undefined && { retryAfterMs }) };
      const { message, ...error } = await result(QUERY);
      expect(error).toEqual({ kind: 'error', code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
      expect(message).toMatch(/\.$/);
    },
  );

  test('says bypass when the store does not answer', async () => {
    const { store, result } = start();
    store.failing.add('read');
    expect(await result(QUERY)).toMatchObject({ kind: 'found', cache: { status: 'bypass' } });
  });

  test.each<[unknown, string]>([
    [null, 'invalid_parameter'],
    ['text', 'invalid_parameter'],
    [[QUERY], 'invalid_parameter'],
    [{}, 'missing_parameter'],
    [{ ...QUERY, api: 'v3' }, 'invalid_parameter'],
    [{ ...QUERY, cacheControl: 5 }, 'invalid_parameter'],
    [{ ...QUERY, identifierValue: 9876543210 }, 'invalid_parameter'],
    [{ ...QUERY, identifierValue: '98' }, 'invalid_identifier'],
    [{ ...QUERY, identifierName: 'wechat', identifierValue: 'a\ud800' }, 'invalid_identifier'],
    [{ ...QUERY, embed: [1] }, 'invalid_parameter'],
    [{ ...QUERY, gapToRenew: 1.5, embed: ['mlp'] }, 'invalid_parameter'],
    [{ ...QUERY, userGroup2Id: 2 ** 60 }, 'invalid_parameter'],
    [{ ...QUERY, accountId: null }, 'invalid_parameter'],
    [{ ...QUERY, format: { a: 1 } }, 'unknown_parameter'],
    [{ lookups: {} }, 'invalid_parameter'],
    [{ lookups: [], fields: 'id' }, 'unknown_parameter'],
    [{ lookups: Array.from({ length: 101 }, () => QUERY) }, 'too_many_lookups'],
  ])('refuses %j as %s', async (payload, code) => {
    const { upstream, result } = start();
    expect(await result(payload)).toMatchObject({ kind: 'error', code, message: expect.any(String) });
    expect(upstream.requests).toHaveLength(0);
  });

  test('throws only for a fault of our own, in words that tell nothing', async () => {
    const { service, log, result } = start();
    Object.assign(service, { lookup: async () => JSON.parse('{"mobile":9876543210') });
    await expect(result(QUERY)).rejects.toMatchObject({
      name: 'LookasideFault',
      message: expect.not.stringContaining('98765'),
    });
    expect(log.lines).toMatchObject([
      { level: 'error', facts: { requestId: 'request-1', code: 'internal_error', error: 'SyntaxError' } },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('98765');
  });

  test('writes one log line, without an identifier in it', async () => {
    const { log, result } = start();
    await result({ ...QUERY, identifierName: 'email', identifierValue: 'Canary@Example.com' });
    expect(log.lines).toHaveLength(1);
    expect(log.lines).toMatchObject([
      { level: 'info', facts: { requestId: 'request-1', answer: 'found', cache: 'miss', isStored: true } },
    ]);
    expect(JSON.stringify(log.lines).toLowerCase()).not.toContain('canary');
  });
});

describe('a revalidation', () => {
  test('is a look-up for which nobody waits: it gives the upstream its whole time', async () => {
    const { service, upstream, clock, log, result } = start();
    await result(QUERY);
    clock.advance(1_200_000);
    const revalidate = createInvokeHandler({ service, log, purpose: 'revalidate' });
    upstream.takesMs = 2400;
    const answered = revalidate({ ...QUERY, cacheControl: 'min-fresh=0' }, { awsRequestId: 'request-2' });
    await clock.run(2400);
    expect(await answered).toMatchObject({ kind: 'found', cache: { status: 'miss', ttlSeconds: expect.any(Number) } });
    expect(upstream.abandonedCount).toBe(0);
    expect(log.lines.at(-1)?.facts).toMatchObject({ requestId: 'request-2', purpose: 'revalidate', isStored: true });
  });
});

describe('a batch', () => {
  test('returns the results in the same order, each on its own', async () => {
    const { upstream, result, log } = start();
    upstream.outcome = found('{"id":7}');
    await result(QUERY);
    const { results } = await result({
      lookups: [{ ...QUERY, source: 'x y' }, QUERY, 5, { ...QUERY, identifierValue: '9876543211' }],
    });
    expect(results).toMatchObject([
      { kind: 'error', code: 'invalid_parameter' },
      { kind: 'found', cache: { status: 'hit' } },
      { kind: 'error', code: 'invalid_parameter' },
      { kind: 'found', cache: { status: 'miss' } },
    ]);
    expect(log.lines).toHaveLength(2);
  });

  test('of none has no results, and 100 are not too many', async () => {
    const { result, clock, upstream } = start();
    expect(await result({ lookups: [] })).toEqual({ results: [] });
    const answered = result({ lookups: Array.from({ length: 100 }, () => QUERY) });
    await clock.run(1000);
    const { results } = await answered;
    expect(results).toHaveLength(100);
    // All of one customer: the others wait for the first.
    expect(upstream.requests).toHaveLength(1);
  });

  test('in which one look-up meets a fault of our own answers the others', async () => {
    const { service, result } = start();
    const { lookup } = service;
    Object.assign(service, {
      lookup: async (...call: Parameters<typeof lookup>) => {
        if (call[0].request.subject?.source === 'ALL') throw new TypeError('a bug');
        return lookup(...call);
      },
    });
    const { results } = await result({ lookups: [{ ...QUERY, source: 'ALL', accountId: 'A' }, QUERY] });
    expect(results).toMatchObject([{ kind: 'error', code: 'internal_error' }, { kind: 'found' }]);
  });

  test('whose answer would pass 6 MB gets too_large for the rest', async () => {
    const { upstream, invoke } = start();
    upstream.outcome = found(`{"id":7,"segments":"${'é'.repeat(500_000)}"}`);
    const text = await invoke({
      lookups: Array.from({ length: 10 }, (_, n) => ({ ...QUERY, identifierValue: `987654321${n}` })),
    });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(6 * 1024 * 1024);
    const kinds = JSON.parse(text).results.map(({ kind, code }: { kind: string; code?: string }) => code ?? kind);
    expect(kinds).toEqual([...Array(6).fill('found'), ...Array(4).fill('too_large')]);
  });
});
