import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { withDeadline } from '../../../../functions/adapters/capillary/with-deadline.ts';

const never = new Promise<never>(() => {});

describe('a promise with a deadline', () => {
  test('gives its value, or fails as it does, before the deadline', async () => {
    const { signal } = new AbortController();
    expect(await withDeadline(Promise.resolve(1), signal)).toBe(1);
    await expect(withDeadline(Promise.reject(new Error('its own')), signal)).rejects.toThrow('its own');
  });

  test('fails with the reason of a deadline that passes first', async () => {
    const deadline = new AbortController();
    const waiting = withDeadline(never, deadline.signal);
    deadline.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
  });

  test('fails with the reason of a deadline that has passed already', async () => {
    const passed = AbortSignal.abort(new Error('too late'));
    await expect(withDeadline(never, passed)).rejects.toThrow('too late');
  });

  test.each(['before', 'after'])(
    'that passed %s the promise failed leaves no rejection without a handler',
    async (when) => {
      const unhandled: unknown[] = [];
      const note = (reason: unknown) => unhandled.push(reason);
      process.on('unhandledRejection', note);
      try {
        const deadline = new AbortController();
        const { promise, reject } = Promise.withResolvers<never>();
        if (when === 'before') deadline.abort(new Error('too late'));
        const waiting = withDeadline(promise, deadline.signal);
        if (when === 'after') deadline.abort(new Error('too late'));
        await expect(waiting).rejects.toThrow('too late');
        reject(new Error('the secret cannot be read'));
        await new Promise((resolve) => setTimeout(resolve, 5));
      } finally {
        process.off('unhandledRejection', note);
      }
      expect(unhandled).toEqual([]);
    },
  );

  test('removes its listener at its end, and when the deadline passes', async () => {
    const deadline = new AbortController();
    await withDeadline(Promise.resolve(1), deadline.signal);
    await Promise.resolve();
    expect(getEventListeners(deadline.signal, 'abort')).toEqual([]);
    const waiting = withDeadline(never, deadline.signal);
    expect(getEventListeners(deadline.signal, 'abort')).toHaveLength(1);
    deadline.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
    expect(getEventListeners(deadline.signal, 'abort')).toEqual([]);
  });
});
