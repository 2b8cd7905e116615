import { describe, expect, jest, test } from '@jest/globals';
import { fitAnswer } from '../../../functions/batch/batch.ts';
import { errorResult } from '../../../functions/batch/result.ts';
import { AS_VALUES } from '../../../functions/batch/result-form.ts';
import { compileProjection } from '../../../functions/customer/reply/projection.ts';
import { RESULTS, resultOf } from '../../support/lookup-results.ts';

const written = ({ outcome }: ReturnType<typeof AS_VALUES.of>) => JSON.stringify(outcome);

describe('a result as a value', () => {
  test.each(RESULTS)('of %s has its written size, or hardly more', (_title, result, api, fields) => {
    const value = AS_VALUES.of(result, api, fields);
    const bytes = Buffer.byteLength(written(value));
    expect(AS_VALUES.bytesOf(value)).toBeGreaterThanOrEqual(bytes);
    expect(AS_VALUES.bytesOf(value) - bytes).toBeLessThan(300);
  });

  test('that is narrowed has the size of what is left', () => {
    const large = resultOf(`{"id":7,"segments":"${'x'.repeat(100_000)}"}`);
    const value = AS_VALUES.of(large, 'v2', compileProjection('id'));
    expect(value.outcome).toMatchObject({ customer: { id: expect.anything() } });
    expect(AS_VALUES.bytesOf(value)).toBeLessThan(300);
  });
});

test('a whole customer is not written out to be measured: the runtime writes it', () => {
  const stringify = jest.spyOn(JSON, 'stringify');
  try {
    for (const [, result, api, fields] of RESULTS) if (fields === undefined) AS_VALUES.of(result, api, fields);
    const written = stringify.mock.results.map(({ value }) => String(value));
    expect(written.filter((text) => text.includes('"customer"'))).toEqual([]);
  } finally {
    stringify.mockRestore();
  }
});

describe('an answer', () => {
  const sized = (size: number) => 'x'.repeat(size);
  const bytesOf = (text: string) => text.length;
  const form = { ofError: () => 'too large', bytesOf, atMostBytesOf: bytesOf };

  test.each<[string, readonly number[], number, number]>([
    ['all fit, to the byte', [10, 20, 30], 63, 3],
    ['one byte is missing', [10, 20, 30], 62, 2],
    ['the first does not fit, and the others with it', [90, 1, 1], 80, 0],
    ['room is kept for the refusals of the others', [40, 40, 40], 91, 1],
    ['none at all', [], 10, 0],
  ])('%s', (_title, sizes, maxBytes, fitting) => {
    const results = fitAnswer(sizes.map(sized), form, maxBytes);
    const roughly = { ...form, atMostBytesOf: (text: string) => 6 * text.length };
    expect(fitAnswer(sizes.map(sized), roughly, maxBytes)).toEqual(results);
    expect(results).toEqual(sizes.map((size, position) => (position < fitting ? sized(size) : 'too large')));
    const bytes = results.reduce((sum, text) => sum + text.length + 1, 0);
    if (fitting < sizes.length) expect(bytes).toBeLessThanOrEqual(maxBytes);
  });

  test.each([
    [6 * 1024 * 1024 - 2048, 1],
    [6 * 1024 * 1024 - 1, 0],
  ])('with one result of %i bytes holds %i: the text around it has to fit into 6 MB too', (size, fitting) => {
    const result = sized(size);
    expect(fitAnswer([result], form).filter((each) => each === result)).toHaveLength(fitting);
  });

  test('tells a look-up that is too large so, in its form', () => {
    const large = { outcome: errorResult('internal_error', ''), bytes: 7_000_000 };
    const message =
      "The batch's answer would be larger than Lambda's limit, 6 MB. Ask for fewer customers at once, or narrow them with fields.";
    expect(fitAnswer([large], AS_VALUES)).toMatchObject([{ outcome: { kind: 'error', code: 'too_large', message } }]);
  });
});
