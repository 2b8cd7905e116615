import { describe, expect, test } from '@jest/globals';
import { errorResult, toOutcome } from '../../../functions/batch/result.ts';
import { AS_TEXT, quotedBytes } from '../../../functions/http/written-results.ts';
import { RESULTS, resultOf } from '../../support/lookup-results.ts';
import { anyCharacter, fc } from '../../support/properties.ts';

describe('a result as text', () => {
  test.each(RESULTS)('%s is what a direct invocation returns, to the letter', (_title, result, api, fields) => {
    expect(AS_TEXT.of(result, api, fields)).toBe(JSON.stringify(toOutcome(result, api, fields)));
  });

  test.each(['', '{"id":7', '{"id":7}}', '{"id":7},{"kind":"found"}', 'Asha'])(
    'a customer with the body %j, which is not JSON, is a fault of this result alone',
    (body) => {
      expect(() => AS_TEXT.of(resultOf(body), 'v2', undefined)).toThrow(SyntaxError);
    },
  );

  test('an error is written as a direct invocation returns it', () => {
    const error = errorResult('too_large', '"–"', 5);
    expect(AS_TEXT.ofError(error)).toBe(JSON.stringify(error));
  });

  test('has in the reply the size of its text within JSON', () => {
    const value = fc.jsonValue({ maxDepth: 3, stringUnit: anyCharacter });
    fc.assert(
      fc.property(value, (each) => {
        const json = JSON.stringify(each);
        expect(quotedBytes(json)).toBe(Buffer.byteLength(JSON.stringify(json)) - 2);
        expect(AS_TEXT.atMostBytesOf(json)).toBeGreaterThanOrEqual(quotedBytes(json));
      }),
    );
    expect(AS_TEXT.atMostBytesOf('\u000b')).toBeGreaterThanOrEqual(quotedBytes('\u000b'));
    expect(quotedBytes('\u000b\n')).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify('\u000b\n')) - 2);
  });
});
