import { describe, expect, test } from '@jest/globals';
import { lazily } from '../../../functions/lookup/lazily.ts';

describe('a part that is loaded lazily', () => {
  test('is loaded when it is first needed, once for all callers', async () => {
    let loads = 0;
    const loaded = lazily(async () => {
      loads += 1;
      return { loads };
    });
    expect(loads).toBe(0);
    const [first, second] = await Promise.all([loaded(), loaded()]);
    expect(first).toEqual({ loads: 1 });
    expect([second, await loaded()]).toEqual([first, first]);
    expect(second).toBe(first);
  });

  test('is loaded again after a failure, when it is needed: no failure is remembered', async () => {
    let loads = 0;
    const loaded = lazily(async () => {
      loads += 1;
      if (loads < 3) throw new Error(`failed ${loads}`);
      return loads;
    });
    const both = await Promise.allSettled([loaded(), loaded()]);
    expect(both).toMatchObject([{ reason: { message: 'failed 1' } }, { reason: { message: 'failed 1' } }]);
    await expect(loaded()).rejects.toThrow('failed 2');
    expect([await loaded(), await loaded()]).toEqual([3, 3]);
  });
});
