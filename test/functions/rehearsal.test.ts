import { expect, test } from '@jest/globals';
import { FreeTime } from '../../functions/adapters/free-time-deadline.ts';
import type { LookupService } from '../../functions/lookup-service.ts';
import { rehearse } from '../../functions/rehearsal.ts';
import { settle } from '../support/manual-clock.ts';
import { ManualLoop } from '../support/manual-loop.ts';

const NO_LOG = { info: () => undefined, error: () => undefined };
const SERVICE = {
  store: { open: (run: () => Promise<unknown>) => run() },
  loadSecretsClient: async () => undefined,
} as unknown as LookupService;

/** Begins a rehearsal, and says when it has ended. */
function begin(lookUp: () => Promise<unknown>) {
  const loop = new ManualLoop();
  const state = { hasEnded: false };
  const ended = rehearse(SERVICE, NO_LOG, 'hit', lookUp, new FreeTime(loop)).then(() => {
    state.hasEnded = true;
  });
  return { loop, state, ended };
}

test.each<[string, () => Promise<unknown>]>([
  ['answers', async () => 'answer'],
  ['fails', () => Promise.reject(new Error('broken'))],
])('A rehearsal ends when its look-up %s, and leaves no timer', async (_title, lookUp) => {
  const { loop, ended } = begin(lookUp);
  expect(loop.isIdle).toBe(false);
  await ended;
  expect(loop.isIdle).toBe(true);
});

test('A start waits a second and a half for a look-up that does not end, and no longer', async () => {
  const { loop, state, ended } = begin(() => new Promise(() => {}));
  loop.idle(1499);
  await settle();
  expect(state.hasEnded).toBe(false);
  loop.idle(2);
  await ended;
  expect(loop.isIdle).toBe(true);
});
