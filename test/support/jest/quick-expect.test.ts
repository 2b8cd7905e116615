import { jestExpect } from '@jest/expect';
import { describe, expect, test } from '@jest/globals';
import { fc, runs } from '../properties.ts';

const COMPARISONS = ['toBe', 'toEqual', 'toMatchObject'] as const;
type Comparison = (typeof COMPARISONS)[number];
type Expect = typeof jestExpect;

/** The error of a comparison; undefined: it passes. */
function errorOf(of: Expect, actual: unknown, comparison: Comparison, expected: unknown): Error | undefined {
  try {
    of(actual)[comparison](expected as never);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const SHARED = { a: [1, { b: undefined }] };
const PAIRS: readonly (readonly [actual: unknown, expected: unknown])[] = [
  [1, 1],
  [0, -0],
  [Number.NaN, Number.NaN],
  [SHARED, SHARED],
  [SHARED, { a: [1, {}] }],
  [SHARED, { a: [1, { b: null }] }],
  [[undefined], [null]],
  [SHARED, { a: [1, { b: undefined, c: 1 }] }],
  [{ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1 } }],
  [null, {}],
  [{}, null],
  [() => undefined, {}],
  [new Set([1, 2]), new Set([2, 1])],
  [new Map([['a', 1]]), new Map([['a', 2]])],
  [Buffer.from('a'), Buffer.from('a')],
  [new Error('a'), new Error('b')],
  ['text', expect.stringMatching(/^te/)],
  [{ a: 1, b: 2 }, expect.objectContaining({ a: 2 })],
  [Promise.resolve(1), Promise.resolve(1)],
];

describe('the quick expect', () => {
  test('has every matcher of Jest, and all that Jest has beside the matchers', () => {
    for (const name of Object.keys(jestExpect(1))) expect([name, name in expect(1)]).toEqual([name, true]);
    for (const name of Object.keys(jestExpect)) expect([name, name in expect]).toEqual([name, true]);
  });

  test.each(PAIRS)('compares %p with %p as Jest does, and says the same', (actual, expected) => {
    for (const comparison of COMPARISONS) {
      expect(errorOf(expect, actual, comparison, expected)?.message).toBe(
        errorOf(jestExpect, actual, comparison, expected)?.message,
      );
    }
  });

  test('compares any two values as Jest does', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (left, right) => {
        for (const expected of [left, structuredCloneOf(left), right]) {
          for (const comparison of COMPARISONS) {
            const [quick, jests] = [expect, jestExpect].map((each) => errorOf(each, left, comparison, expected));
            if ((quick === undefined) !== (jests === undefined)) throw jests ?? quick;
          }
        }
      }),
      runs(300),
    );
  });

  test('counts the comparisons that pass and those that fail', () => {
    const before = expect.getState().assertionCalls;
    expect(1).toBe(1);
    expect([1]).toEqual([1]);
    expect({ a: 1, b: 2 }).toMatchObject({ a: 1 });
    errorOf(expect, 1, 'toBe', 2);
    expect(expect.getState().assertionCalls - before).toBe(4);
  });

  test('fails with a stack that begins in the test', () => {
    const [, first = ''] = errorOf(expect, 1, 'toBe', 2)?.stack?.match(/\n {4}at (.*)/) ?? [];
    expect(first).toContain('quick-expect.test.ts');
  });

  test('leads to the other matchers of Jest', async () => {
    expect('text').toMatch(/^te/);
    expect(() => expect(1).not.toBe(1)).toThrow('not.toBe');
    await expect(Promise.reject(new TypeError('late'))).rejects.toThrow(TypeError);
    await expect(expect(Promise.resolve(1)).resolves.toBe(2)).rejects.toThrow('toBe');
    expect(() => expect(...([1, 2] as unknown as [number]))).toThrow('at most one argument');
  });
});

/** A copy, or the value itself if it cannot be copied. */
function structuredCloneOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}
