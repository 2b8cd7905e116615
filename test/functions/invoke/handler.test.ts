import { describe, expect, test } from '@jest/globals';
import { requestMetrics } from '../../../functions/adapters/telemetry/metrics.ts';
import { writeJson } from '../../../functions/customer/json/json.ts';
import { createInvokeHandler } from '../../../functions/invoke/handler.ts';
import { cpuMs, fastestOf } from '../../support/fastest.ts';
import { FOREIGN_EVENTS } from '../../support/foreign-events.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { proxyEvent } from '../../support/proxy-event.ts';
import { found, foundByV1, SILENTLY_REFUSED, said, saidByV1 } from '../../support/scripted-upstream.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' };

function start() {
  const parts = startLookupService();
  const log = new RecordingLog();
  const handler = createInvokeHandler({ service: parts.service, log });
  /** In the form that Lambda's runtime writes. */
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

  test.each<[string, string, string]>([
    ['id', '101', '101'],
    ['id', '"101"', '101'],
    ['id', '101.0', '101'],
    ['id', '1.01E2', '101'],
    ['ID', '101', '101'],
    ['id', '9007199254740991', '9007199254740991'],
    ['cardnumber', '4111111111111111', '4111111111111111'],
    ['card_number', '4111111111111111', '4111111111111111'],
  ])('takes the %s %s as JSON, and sends %s', async (identifierName, identifierValue, sent) => {
    const { upstream, result } = start();
    const payload = `{"source":"INSTORE","identifierName":"${identifierName}","identifierValue":${identifierValue}}`;
    expect(await result(JSON.parse(payload))).toMatchObject({ kind: 'found' });
    expect(upstream.requests[0]?.subjectParameters).toContainEqual(['identifierValue', sent]);
  });

  test('narrows the profile by fields', async () => {
    const { upstream, result } = start();
    upstream.outcome = found('{"id":7,"profiles":[{"firstName":"A","lastName":"B"}]}');
    expect(await result({ ...QUERY, fields: 'profiles/lastName' })).toMatchObject({
      customer: { profiles: [{ lastName: 'B' }] },
    });
  });

  test('obeys cacheControl', async () => {
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

  test('returns an upstream refusal as upstream_refused', async () => {
    const { upstream, result } = start();
    upstream.outcome = said('refused', 618);
    expect(await result(QUERY)).toMatchObject({
      kind: 'error',
      code: 'upstream_refused',
      upstream: { code: 618, message: 'its words' },
    });
  });

  test('returns an upstream refusal without a readable error as upstream_refused, with our message', async () => {
    const { upstream, result } = start();
    upstream.outcome = SILENTLY_REFUSED;
    const message = expect.stringMatching(/does not say why\. Check the identifier/);
    expect(await result(QUERY)).toEqual({
      kind: 'error',
      code: 'upstream_refused',
      message,
      upstream: { code: '400', message },
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

  test('B5: refuses an identifier of 120 KB at once, and answers the look-ups beside it', async () => {
    const { invoke, upstream } = start();
    const long = `a${' '.repeat(120_000)}a`;
    const lookups = [{ ...QUERY, identifierName: 'wechat', identifierValue: long }, QUERY];
    const answer = await invoke({ lookups });
    expect(JSON.parse(answer).results).toMatchObject([
      { kind: 'error', code: 'invalid_identifier', message: expect.stringContaining('is too long') },
      { kind: 'found' },
    ]);
    expect(await fastestOf(200, () => cpuMs(() => invoke({ lookups })))).toBeLessThan(200);
    expect(upstream.requests).toHaveLength(1);
  });

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
    [{ ...QUERY, identifierName: 'externalId', identifierValue: 5 }, 'invalid_parameter'],
    [{ ...QUERY, identifierName: 'nonsense', identifierValue: 5 }, 'invalid_parameter'],
    [{ ...QUERY, identifierName: 5, identifierValue: 5 }, 'invalid_parameter'],
    [{ ...QUERY, identifierName: 'id', identifierValue: 2 ** 53 }, 'invalid_parameter'],
    [{ ...QUERY, identifierName: 'id', identifierValue: 10.5 }, 'invalid_identifier'],
    [{ ...QUERY, identifierName: 'id', identifierValue: -101 }, 'invalid_identifier'],
    [{ ...QUERY, identifierName: 'id', identifierValue: null }, 'invalid_parameter'],
    [{ ...QUERY, identifierName: 'id', identifierValue: [101] }, 'invalid_parameter'],
    [{ ...QUERY, identifierValue: '98' }, 'invalid_identifier'],
    [{ ...QUERY, identifierName: 'wechat', identifierValue: 'a\ud800' }, 'invalid_identifier'],
    [{ ...QUERY, embed: [1] }, 'invalid_parameter'],
    [{ ...QUERY, embed: ['points', 1] }, 'invalid_parameter'],
    [{ ...QUERY, gapToRenew: 1.5, embed: ['mlp'] }, 'invalid_parameter'],
    [{ ...QUERY, userGroup2Id: 2 ** 60 }, 'invalid_parameter'],
    [{ ...QUERY, accountId: null }, 'invalid_parameter'],
    [{ ...QUERY, format: { a: 1 } }, 'unknown_parameter'],
    [{ ...QUERY, '': 'x' }, 'unknown_parameter'],
    [{ ...QUERY, '': '' }, 'unknown_parameter'],
    [{ lookups: {} }, 'invalid_parameter'],
    [{ lookups: [], fields: 'id' }, 'unknown_parameter'],
    [{ lookups: Array.from({ length: 101 }, () => QUERY) }, 'too_many_lookups'],
  ])('refuses %j as %s', async (payload, code) => {
    const { upstream, result } = start();
    expect(await result(payload)).toMatchObject({ kind: 'error', code, message: expect.any(String) });
    expect(upstream.requests).toHaveLength(0);
  });

  test.each<[object, string]>([
    [{ ...QUERY, source: 5 }, 'source has a value of a wrong type; allowed is a text.'],
    [{ ...QUERY, embed: [1] }, 'embed has a value of a wrong type; allowed is a text or a list of texts.'],
    [{ ...QUERY, includedNPS: 1 }, 'includedNPS has a value of a wrong type; allowed is a text or a boolean.'],
    [
      { ...QUERY, userGroup2Id: 2 ** 53 },
      'userGroup2Id has a value of a wrong type; allowed is a text or a number up to 9007199254740991 (send a larger one as text).',
    ],
    [
      { api: 'v1.1', external_id: 'A-1', mlp: null },
      'mlp has a value of a wrong type; allowed is a text or a boolean or a number up to 9007199254740991 (send a larger one as text).',
    ],
    [{ lookups: { canary: 1 } }, 'lookups is not an array; allowed is {"lookups":[…]} with up to 100 look-ups.'],
  ])('says what is allowed instead of %j', async (payload, message) => {
    const { result } = start();
    expect(await result(payload)).toMatchObject({ kind: 'error', message });
  });

  test('throws only for a fault of the service, with a message that reveals nothing', async () => {
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

describe('a direct invocation by v1.1', () => {
  const BY_V1 = { api: 'v1.1', mobile: '9876543210' };

  test('returns the customer alone, as v1.1 writes one, and shares its entry with every spelling', async () => {
    const { upstream, result } = start();
    upstream.outcomeOf['v1.1'] = foundByV1(
      '{"user_id":"7","firstname":"A","is_active":"true","custom_fields":{"field":[]}}',
    );
    const customer = { user_id: '7', firstname: 'A', item_status: expect.objectContaining({ code: '1000' }) };
    expect(await result(BY_V1)).toEqual({
      kind: 'found',
      customer,
      cache: { status: 'miss', ageSeconds: 0, ttlSeconds: 300 },
    });
    expect(await result({ ...BY_V1, mobile: '+91 98765 43210', format: 'json', user_id: true })).toMatchObject({
      customer,
      cache: { status: 'hit' },
    });
    expect(upstream.requests.map(({ api }) => api)).toEqual(['v1.1']);
  });

  test('takes flags and numbers as JSON values, and the language', async () => {
    const { upstream, result } = start();
    await result({
      api: 'v1.1',
      id: 7,
      mlp: true,
      slab_history: false,
      gap_to_renew_for: 30,
      coupon_limit: 5,
      amount: 12.5,
      number: 4711,
      program_id: '9007199254740993',
      language: 'zh',
    });
    expect(upstream.requests[0]).toMatchObject({
      subjectParameters: [['id', '7']],
      optionParameters: [
        ['coupon_limit', '5'],
        ['gap_to_renew_for', '30'],
        ['mlp', 'true'],
        ['program_id', '9007199254740993'],
        ['slab_history', 'false'],
      ],
      filterParameters: [
        ['amount', '12.5'],
        ['number', '4711'],
      ],
      language: 'zh',
    });
  });

  test('narrows the customer by fields', async () => {
    const { upstream, result } = start();
    upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"7","firstname":"A","lastname":"B"}');
    expect((await result({ ...BY_V1, fields: 'lastname' })).customer).toEqual({
      lastname: 'B',
      item_status: expect.anything(),
    });
  });

  test.each(['not-found', 'erased'] as const)('returns not-found for %s, with the upstream’s words', async (kind) => {
    const { upstream, result } = start();
    upstream.outcomeOf['v1.1'] = saidByV1(kind, 1012);
    expect(await result(BY_V1)).toMatchObject({
      kind: 'not-found',
      upstream: { code: '1012', message: 'its words' },
      cache: { status: 'miss' },
    });
  });

  test('returns an upstream refusal as upstream_refused', async () => {
    const { upstream, result } = start();
    upstream.outcomeOf['v1.1'] = saidByV1('refused', 618);
    expect(await result(BY_V1)).toMatchObject({ code: 'upstream_refused', upstream: { code: '618' } });
  });

  test.each<[unknown, string]>([
    [{ api: 'v1.1' }, 'missing_parameter'],
    [{ ...BY_V1, source: 'INSTORE' }, 'unknown_parameter'],
    [{ ...BY_V1, embed: ['coupons'] }, 'unknown_parameter'],
    [{ ...BY_V1, email: 'a@example.com' }, 'duplicate_parameter'],
    [{ ...BY_V1, mobile: 9876543210 }, 'invalid_parameter'],
    [{ api: 'v1.1', id: 2 ** 60 }, 'invalid_parameter'],
    [{ ...BY_V1, mobile: '9876543210,9876543211' }, 'invalid_identifier'],
    [{ ...BY_V1, mlp: 2 }, 'invalid_parameter'],
    [{ ...BY_V1, mlp: ['true'] }, 'invalid_parameter'],
    [{ ...BY_V1, language: 5 }, 'invalid_parameter'],
    [{ ...BY_V1, language: 'canary!' }, 'invalid_parameter'],
    [{ ...BY_V1, format: 'xml' }, 'invalid_parameter'],
    [{ ...QUERY, language: 'zh' }, 'unknown_parameter'],
    [{ ...QUERY, mobile: '9876543210' }, 'unknown_parameter'],
  ])('refuses %j as %s', async (payload, code) => {
    const { upstream, invoke, result } = start();
    expect(await result(payload)).toMatchObject({ kind: 'error', code, message: expect.any(String) });
    expect(await invoke(payload)).not.toContain('canary');
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('a joined direct invocation', () => {
  const JOINED = { ...QUERY, embed: ['points', 'coupons'] };

  test('returns one customer, and how the cache was used for both halves', async () => {
    const { upstream, clock, result, log } = start();
    upstream.outcomeOf.v2 = found('{"id":7,"pointsSummary":{"a":1}}');
    upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"7","coupons":{"coupon":{"code":"0012"}}}');
    const customer = { id: 7, pointsSummary: { a: 1 }, coupons: [{ code: '0012' }] };
    expect(await result(JOINED)).toEqual({
      kind: 'found',
      customer,
      cache: { status: 'miss', ageSeconds: 0, ttlSeconds: 300 },
    });
    clock.advance(310_000);
    expect(await result(JOINED)).toEqual({
      kind: 'found',
      customer,
      cache: { status: 'stale', ageSeconds: 310, ttlSeconds: -10 },
    });
    expect(log.lines).toMatchObject([{ facts: { joined: 'joined' } }, { facts: { joined: 'joined' } }]);
  });

  test('with a half that failed returns the other, with a warning in it', async () => {
    const { upstream, result } = start();
    upstream.outcomeOf.v2 = found('{"id":7}');
    upstream.outcomeOf['v1.1'] = { kind: 'failed', failure: 'timeout' };
    expect(await result(JOINED)).toMatchObject({
      kind: 'found',
      customer: { id: 7, warnings: [{ code: 'missing_sections' }] },
      cache: { status: 'miss' },
    });
  });

  test('says bypass when the store does not answer', async () => {
    const { upstream, store, result } = start();
    upstream.outcomeOf['v1.1'] = foundByV1('{"coupons":""}');
    store.failing.add('readAll');
    expect(await result(JOINED)).toMatchObject({
      kind: 'found',
      customer: { coupons: [] },
      cache: { status: 'bypass' },
    });
  });
});

describe('a revalidation', () => {
  test('is a look-up without a waiting caller: it gives the upstream its whole time', async () => {
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

  test('with no look-up has no results, and 100 look-ups are allowed', async () => {
    const { result, clock, upstream } = start();
    expect(await result({ lookups: [] })).toEqual({ results: [] });
    const answered = result({ lookups: Array.from({ length: 100 }, () => QUERY) });
    await clock.run(1000);
    const { results } = await answered;
    expect(results).toHaveLength(100);
    // All of one customer: the others wait for the first.
    expect(upstream.requests).toHaveLength(1);
  });

  test('answers the others if one look-up meets a fault of the service', async () => {
    const { service, result, log } = start();
    const { lookup } = service;
    Object.assign(service, {
      lookup: async (...call: Parameters<typeof lookup>) => {
        if (call[0].request.subject?.source === 'ALL') throw new TypeError('a bug');
        return lookup(...call);
      },
    });
    const { results } = await result({ lookups: [{ ...QUERY, source: 'ALL', accountId: 'A' }, QUERY] });
    expect(results).toMatchObject([{ kind: 'error', code: 'internal_error' }, { kind: 'found' }]);
    expect(log.lines).toMatchObject([{ level: 'error', facts: { lookups: [{ code: 'internal_error' }, {}] } }]);
  });

  test('gives too_large for the rest if the answer would pass 6 MB', async () => {
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

describe('R11: an event that is not the function’s own', () => {
  test.each(['answer', 'revalidate'] as const)(
    'is an error outcome, for a function whose purpose is to %s',
    async (purpose) => {
      for (const [kind, event] of [...FOREIGN_EVENTS, ['rest-api', proxyEvent({ query: 'a=canary' })] as const]) {
        const { service, upstream, store } = startLookupService();
        const log = new RecordingLog();
        const handler = createInvokeHandler({ service, log, purpose });
        const answer = await handler(event, { awsRequestId: 'request-1' });
        const code = expect.stringMatching(/^(?:invalid|missing|unknown)_parameter$/);
        expect([kind, answer]).toEqual([kind, { kind: 'error', code, message: expect.any(String) }]);
        expect(JSON.stringify(log.lines)).not.toContain('canary');
        // An object of unknown kind may be a wrong look-up: it is refused as one.
        const foreign = kind === 'object' ? {} : { foreignEvent: kind };
        expect(log.lines).toMatchObject([{ level: 'info', facts: { requestId: 'request-1', ...foreign } }]);
        expect(requestMetrics(log.lines[0]?.facts ?? {})).toHaveLength(kind === 'object' ? 1 : 0);
        expect([upstream.requests, store.calls]).toEqual([[], []]);
      }
    },
  );

  test('that looks like a look-up, because it has a source, gets a message that says so', async () => {
    const { result } = start();
    expect(await result({ 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} })).toEqual({
      kind: 'error',
      code: 'invalid_parameter',
      message: 'The event is not a payload of a direct invocation; allowed is one look-up, or {"lookups":[…]}.',
    });
  });
});

test('B12: the log has the real duration of an invocation, even if the time of day is set meanwhile', async () => {
  const { service, clock, upstream } = startLookupService();
  let setByMs = 0;
  const log = new RecordingLog();
  const skewed = { ...service.clock, now: () => clock.now() + setByMs, monotonicNow: () => clock.monotonicNow() + 0.5 };
  const handler = createInvokeHandler({ service: { ...service, clock: skewed }, log });
  upstream.takesMs = 300;
  const answered = handler(QUERY, { awsRequestId: 'request-1' });
  await clock.run(100);
  setByMs = -60_000;
  await clock.run(300);
  await answered;
  expect(log.lines).toMatchObject([{ facts: { durationMs: 300 } }]);
});
