import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { startFunctions } from '../../local/functions.ts';
import { runEvent } from '../../local/run-event.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';

const log = { info: () => undefined, error: () => undefined };

// A batch of a hundred look-ups is ten rounds of ten. Each round may take the whole deadline of a look-up.
test.each([
  ['2500', 65_000],
  ['5000', 115_000],
])('with UPSTREAM_TIMEOUT_MS=%s, a batch by invocation has the same %d ms as in a deployment', async (ms, limitMs) => {
  const environment = { CACHE_MODE: 'bypass', UPSTREAM_TIMEOUT_MS: ms };
  const functions = await startFunctions(environment, { log, simulator: { latencyMs: 0 } });
  await functions.close();
  expect(functions.invoke.timeoutMs).toBe(limitMs);
});

describe('a function starts, and opens its store,', () => {
  test.each([
    ['at once', false, [4, 5, 6]],
    ['with its first event', true, [0, 2, 3]],
  ])('%s', async (_when, startsWithFirstEvent, reads) => {
    const engine = await startEmbeddedDynamoDb(undefined);
    const proxy = await startRecordingProxy(engine.url);
    const environment = { AWS_ENDPOINT_URL_DYNAMODB: proxy.url, CACHE_TIMEOUT_MS: '2000' };
    const functions = await startFunctions(environment, { log, simulator: { latencyMs: 0 }, startsWithFirstEvent });
    try {
      const onlyIfCached = readFileSync('events/http/cache-control-only-if-cached.json', 'utf8');
      const counts = [proxy.operations.length];
      for (const _event of ['first', 'second']) {
        await runEvent(functions, 'http', onlyIfCached);
        counts.push(proxy.operations.length);
      }
      expect(counts).toEqual(reads);
    } finally {
      await functions.close();
      await engine.close();
    }
  });
});
