import { describe, expect, test } from '@jest/globals';
import { growthOf } from './linear-time.ts';

const TEXT = 'a'.repeat(1000);

/** A meter of a machine on which one step takes this long. Milliseconds. */
function machine(msPerStep: number, noiseMs: (measurement: number) => number = () => 0) {
  let measurements = 0;
  return async (run: () => unknown) => {
    measurements += 1;
    return Number(await run()) * msPerStep + noiseMs(measurements);
  };
}

const linear = (text: string) => text.length;
const quadratic = (text: string) => text.length ** 2;

describe('the growth of a run', () => {
  test.each([
    ['linear time on a fast machine', linear, machine(0.01), 'linear'],
    ['linear time on a machine ten times as slow as the limit assumes', linear, machine(0.4), 'linear'],
    ['linear time when most runs are disturbed', linear, machine(0.04, (count) => (count % 5 ? 70 : 0)), 'linear'],
    ['linear time when every run is disturbed', linear, machine(0.04, () => 20), 'linear'],
    ['quadratic time', quadratic, machine(0.0001), '100 ms for the whole, 6.25 ms for a quarter'],
    ['linear time, but far too much of it', linear, machine(0.6), '600 ms for the whole, 150 ms for a quarter'],
  ])('%s', async (_title, run, meter, expected) => {
    expect(await growthOf(run, TEXT, { meter })).toBe(expected);
  });

  test('counts only what a run takes beyond the other work', async () => {
    const besides = (text: string) => text.length - 10;
    expect(await growthOf(linear, TEXT, { meter: machine(4), besides })).toBe('linear');
  });

  test('is measured by the CPU if nothing else is given', async () => {
    const compareAll = (text: string) => {
      let pairs = 0;
      for (const one of text) for (const other of text) pairs += one === other ? 1 : 0;
      return pairs;
    };
    expect(await growthOf(linear, TEXT)).toBe('linear');
    expect(await growthOf(compareAll, 'a'.repeat(2000), { allowedMs: 1 })).toMatch(/ms for the whole/);
  });
});
