import { describe, expect, test } from '@jest/globals';
import { createLocalFunction } from '../../../local/lambda/local-function.ts';
import type { Observation } from '../../../local/observation/observation.ts';
import { createObserver } from '../../../local/observation/observer.ts';
import { proxyEvent } from '../../support/proxy-event.ts';

const QUERY = 'source=INSTORE&identifierName=mobile&identifierValue=1234512345';

/** The observation of one invocation of a function that logs these facts and answers this. */
async function observe(event: unknown, facts: Readonly<Record<string, unknown>> | undefined, answer: () => unknown) {
  const told: Observation[] = [];
  const logged: unknown[] = [];
  const observer = createObserver({
    log: { info: (...line) => logged.push(line), error: (...line) => logged.push(line) },
    tell: (observation) => told.push(observation),
  });
  const handler = async () => {
    if (facts !== undefined) observer.log.info('request', { requestId: 'request-1', ...facts });
    return answer();
  };
  const invocation = await observer
    .watch(createLocalFunction({ name: 'lookaside-http', handler }))
    .invoke(JSON.stringify(event), 'request-1');
  return { told, logged, invocation };
}

describe('an observed function', () => {
  test('answers as it does without observation, and still writes its log lines', async () => {
    const facts = { cache: 'hit', answer: 'found', durationMs: 3 };
    const { invocation, logged } = await observe(proxyEvent({ query: QUERY }), facts, () => ({ statusCode: 200 }));
    expect(invocation).toEqual({ isError: false, json: '{"statusCode":200}' });
    expect(logged).toEqual([['request', { requestId: 'request-1', ...facts }]]);
  });

  test("reports how a request went, with the ttl of the reply's Cache-Status", async () => {
    const reply = {
      statusCode: 200,
      headers: { 'Cache-Status': 'lookaside; hit; ttl=-7; detail=stale-if-error' },
      body: '{"a":"\\"Cache-Status\\":\\"lookaside; hit; ttl=1"}',
    };
    const facts = { status: 200, cache: 'hit', detail: 'stale-if-error', answer: 'found', durationMs: 3, ageMs: 900 };
    const { told } = await observe(proxyEvent({ query: QUERY }), facts, () => reply);
    expect(told).toEqual([
      expect.objectContaining({
        requestId: 'request-1',
        outcome: 'stale',
        ttlSeconds: -7,
        status: 200,
        durationMs: 3,
        ageMs: 900,
        api: 'v2',
        identifierName: 'mobile',
        detail: 'stale-if-error',
      }),
    ]);
    expect(JSON.stringify(told)).not.toContain('1234512345');
  });

  test('reports the ttl of a direct invocation by its outcome', async () => {
    const outcome = {
      kind: 'found',
      customer: { cache: { ttlSeconds: 1 } },
      cache: { status: 'hit', ageSeconds: 2, ttlSeconds: 287 },
    };
    const event = { identifierName: 'email', identifierValue: 'a@example.com' };
    const { told } = await observe(event, { cache: 'hit', answer: 'found' }, () => outcome);
    expect(told).toEqual([expect.objectContaining({ outcome: 'hit', ttlSeconds: 287, identifierName: 'email' })]);
  });

  test('reports a fault if the function throws before it logs, with its own duration', async () => {
    const { told } = await observe(proxyEvent({ query: QUERY }), undefined, () => {
      throw new Error('1234512345');
    });
    expect(told).toEqual([expect.objectContaining({ outcome: 'fault', durationMs: expect.any(Number) })]);
    expect(JSON.stringify(told)).not.toContain('1234512345');
  });
});
