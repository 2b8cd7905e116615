import { describe, expect, test } from '@jest/globals';
import { plant, replacing } from './planting.ts';

interface Module {
  double(number: number): number;
  readonly Counter: new () => { next(): number };
}

const SOURCE = `
export function double(number) {
  return 2 * number;
}
export const four = () => double(2);
export class Counter {
  #count = 0;
  next() {
    this.#count += 1;
    return this.#count;
  }
}
`;

/** The exports of a module. */
async function load(source: string): Promise<Module & { four(): number }> {
  return import(`data:text/javascript,${encodeURIComponent(source)}`);
}

describe('a replacement', () => {
  const replace = replacing<Module>('module.ts');

  test('replaces a function, inside its module too, and may call it', async () => {
    const planted = plant(
      SOURCE,
      replace('double', (sound) => (number) => sound(number) + 1),
    );
    const { double, four } = await load(planted);
    expect([double(1), four()]).toEqual([3, 5]);
  });

  test('replaces a class, and may extend it', async () => {
    const planted = plant(
      SOURCE,
      replace(
        'Counter',
        (Sound) =>
          class extends Sound {
            override next() {
              return 10 * super.next();
            }
          },
      ),
    );
    const { Counter } = await load(planted);
    const counter = new Counter();
    expect([counter.next(), counter.next()]).toEqual([10, 20]);
  });

  test('throws if the file does not declare it, or declares it twice', () => {
    const planting = replace('double', (sound) => sound);
    expect(() => plant('const double = 1;', planting)).toThrow('module.ts does not declare one double.');
    expect(() => plant(SOURCE + SOURCE, planting)).toThrow('module.ts does not declare one double.');
  });
});
