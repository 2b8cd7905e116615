import { expect, test } from '@jest/globals';
import { startFunctions } from '../../local/functions.ts';

// A batch of a hundred look-ups is ten rounds of ten. Each round may take the whole deadline of a look-up.
test.each([
  ['2500', 65_000],
  ['5000', 115_000],
])('with UPSTREAM_TIMEOUT_MS=%s, a batch by invocation has the same %d ms as in a deployment', async (ms, limitMs) => {
  const log = { info: () => undefined, error: () => undefined };
  const environment = { CACHE_MODE: 'bypass', UPSTREAM_TIMEOUT_MS: ms };
  const functions = await startFunctions(environment, { log, simulator: { latencyMs: 0 } });
  await functions.close();
  expect(functions.invoke.timeoutMs).toBe(limitMs);
});
