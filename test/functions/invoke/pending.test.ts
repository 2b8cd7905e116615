import { describe, expect, test } from '@jest/globals';
import { createInvokeHandler } from '../../../functions/invoke/handler.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';

const WHOM = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
const UPSTREAM_MS = 2000;
const PENDING = { kind: 'pending', retryAfterSeconds: 1 };

function start(purpose: 'answer' | 'revalidate' = 'answer') {
  const parts = startLookupService();
  const { clock, upstream, revalidator } = parts;
  upstream.takesMs = UPSTREAM_MS;
  const handler = createInvokeHandler({ service: parts.service, log: new RecordingLog(), purpose });
  const invoke = async (payload: unknown) => {
    const startedAt = clock.now();
    let tookMs = 0;
    const answering = handler(payload, { awsRequestId: 'request-1' }).then((answer) => {
      tookMs = clock.now() - startedAt;
      return answer;
    });
    await clock.run(9000);
    return { answer: await answering, tookMs };
  };
  return { ...parts, invoke, asked: revalidator.requests };
}

describe('a direct invocation with a short wait', () => {
  test.each([
    [WHOM, 'v2'],
    [{ api: 'v1.1', external_id: 'MP1' }, 'v1.1'],
  ])('is pending after waitMs: %j', async (payload, api) => {
    const { invoke, asked } = start();
    expect(await invoke({ ...payload, waitMs: 250 })).toEqual({ answer: PENDING, tookMs: 250 });
    expect(asked.map((request) => request.api)).toEqual([api]);
  });

  test('of a batch: each look-up waits on its own, all from the beginning of the batch', async () => {
    const { invoke } = start();
    const lookups = Array.from({ length: 25 }, (_, n) => ({ ...WHOM, identifierValue: `MP${n}`, waitMs: 300 }));
    expect(await invoke({ lookups })).toEqual({ answer: { results: lookups.map(() => PENDING) }, tookMs: 300 });
  });

  test('waits for no longer than its deadline', async () => {
    const { invoke } = start();
    expect(await invoke({ ...WHOM, waitMs: 1e9 })).toMatchObject({ answer: { kind: 'found' }, tookMs: UPSTREAM_MS });
  });

  test('is refused if its wait is not a number of milliseconds', async () => {
    const { invoke } = start();
    const { answer } = await invoke({ ...WHOM, waitMs: '400' });
    expect(answer).toMatchObject({ kind: 'error', code: 'invalid_parameter' });
  });

  test('to the function that revalidates is the fetch itself', async () => {
    const { invoke, asked } = start('revalidate');
    expect(await invoke({ ...WHOM, waitMs: 0 })).toMatchObject({ answer: { kind: 'found' } });
    expect(asked).toEqual([]);
  });
});

describe('a direct invocation that prefetches', () => {
  test('is pending at once, alone and in a batch, whatever its wait', async () => {
    const { invoke, asked } = start();
    expect(await invoke({ ...WHOM, prefetch: true, waitMs: 500 })).toEqual({ answer: PENDING, tookMs: 0 });
    const lookups = Array.from({ length: 25 }, (_, n) => ({ ...WHOM, identifierValue: `MQ${n}`, prefetch: true }));
    expect(await invoke({ lookups })).toEqual({ answer: { results: lookups.map(() => PENDING) }, tookMs: 0 });
    expect(asked).toHaveLength(26);
  });

  test('to the function that revalidates is the fetch itself, and the entry records it', async () => {
    const { invoke, store, asked } = start('revalidate');
    expect(await invoke({ ...WHOM, prefetch: true })).toMatchObject({ answer: { kind: 'found' } });
    expect(store.entries).toMatchObject([{ isPrefetched: true }]);
    expect(asked).toEqual([]);
  });
});
