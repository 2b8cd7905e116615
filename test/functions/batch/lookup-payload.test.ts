import { describe, expect, test } from '@jest/globals';
import { readLookupPayload } from '../../../functions/batch/lookup-payload.ts';
import { upstreamParameters } from '../../../functions/customer/request/canonical-request.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';

const READING = { ...DEFAULT_READING, extraParameters: ['loyalty_id'] };
const V2 = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
const V1 = { api: 'v1.1', external_id: 'MP1' };

describe('a look-up in JSON is refused', () => {
  test.each<[string, unknown, string]>([
    [
      'if it is no object',
      [V2],
      'A look-up is not a JSON object; allowed is one such as {"source":…,"identifierName":…,"identifierValue":…}.',
    ],
    ['by an unknown API', { ...V2, api: 'v3' }, 'api is not known; allowed are "v2" and "v1.1".'],
    [
      'for directives that are no text',
      { ...V2, cacheControl: 60 },
      'cacheControl is not a text; allowed is one such as "max-age=60".',
    ],
    ['for a language that is no text', { ...V1, language: 1 }, 'language is not a text; allowed is one such as "zh".'],
    ['for a wait below 0', { ...V2, waitMs: -1 }, 'waitMs is not a number of milliseconds; allowed is 0 or more.'],
    [
      'for a wait that is a text',
      { ...V2, waitMs: '5' },
      'waitMs is not a number of milliseconds; allowed is 0 or more.',
    ],
    [
      'for a prefetch that is no boolean',
      { ...V2, prefetch: 'yes' },
      'prefetch is not a boolean; allowed is true or false.',
    ],
    [
      'for a list that does not only hold texts',
      { ...V2, embed: ['points', 5] },
      'embed has a value of a wrong type; allowed is a text or a list of texts.',
    ],
    [
      'for an extra parameter of a wrong type',
      { ...V2, loyalty_id: [1] },
      `loyalty_id has a value of a wrong type; allowed is a text or a boolean or a number up to ${Number.MAX_SAFE_INTEGER} (send a larger one as text).`,
    ],
  ])('%s', async (_title, payload, message) => {
    await expect(readLookupPayload(payload, READING)).rejects.toMatchObject({ code: 'invalid_parameter', message });
  });
});

test.each([V2, V1])('a look-up in JSON has its own wishes, or those of its batch: %j', async (lookup) => {
  const own = { cacheControl: 'no-cache', waitMs: 0, prefetch: true };
  const defaults = { cacheControl: 'no-store', waitMs: 9, isPrefetch: false };
  const wishes = async (payload: object, ...rest: [typeof defaults?]) => {
    const { asked: _, directives, ...others } = await readLookupPayload(payload, READING, ...rest);
    return { noCache: directives.noCache, noStore: directives.noStore, ...others };
  };
  const NONE = { noCache: false, noStore: false, waitMs: undefined, isPrefetch: false };
  expect(await wishes(lookup)).toEqual(NONE);
  expect(await wishes(lookup, defaults)).toEqual({ ...NONE, noStore: true, waitMs: 9 });
  expect(await wishes({ ...lookup, ...own }, defaults)).toEqual({
    ...NONE,
    noCache: true,
    waitMs: 0,
    isPrefetch: true,
  });
});

test('an extra parameter may be a text, a boolean or a number', async () => {
  for (const value of ['a', true, 5]) {
    const { asked } = await readLookupPayload({ ...V2, loyalty_id: value }, READING);
    expect(upstreamParameters(asked.request)).toContainEqual(['loyalty_id', String(value)]);
  }
});
