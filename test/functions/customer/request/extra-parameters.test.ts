import { describe, expect, test } from '@jest/globals';
import { readLookupPayload } from '../../../../functions/batch/lookup-payload.ts';
import { EVERYTHING } from '../../../../functions/customer/reply/projection.ts';
import { cacheKey } from '../../../../functions/customer/request/cache-key.ts';
import {
  type CanonicalRequest,
  type Parameter,
  upstreamParameters,
} from '../../../../functions/customer/request/canonical-request.ts';
import { isExtraParameterName } from '../../../../functions/customer/request/extra-parameters.ts';
import type { RequestReading } from '../../../../functions/customer/request/reading.ts';
import { V1_PARAMETER_NAMES } from '../../../../functions/customer/v1/v1-parameters.ts';
import { readV1Request } from '../../../../functions/customer/v1/v1-request.ts';
import { V2_PARAMETER_NAMES } from '../../../../functions/customer/v2/v2-parameters.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { fc } from '../../../support/properties.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const READING: RequestReading = { ...DEFAULT_READING, extraParameters: ['tenantKey', 'x-flag'] };
const V2: Parameter[] = [
  ['source', 'INSTORE'],
  ['identifierName', 'externalId'],
  ['identifierValue', 'E1'],
];
const V1: Parameter[] = [['external_id', 'E1']];
const READERS = {
  v2: (extra: readonly Parameter[], reading = READING) => readV2Request([...V2, ...extra], reading),
  'v1.1': (extra: readonly Parameter[], reading = READING) => readV1Request([...V1, ...extra], undefined, reading),
};
const keyOf = (request: CanonicalRequest) => cacheKey(request, EVERYTHING, 'secret');

describe.each(Object.entries(READERS))('an extra parameter of %s', (_api, read) => {
  test('goes upstream as it is, after the others, under its name', async () => {
    const value = ' A b,&=TRUE%20é名😀';
    const { request } = await read([
      ['x-flag', ''],
      ['tenantKey', value],
    ]);
    expect(upstreamParameters(request).slice(-2)).toEqual([
      ['tenantKey', value],
      ['x-flag', ''],
    ]);
  });

  test('is in the key as a keyed hash: another value, another name or no extra parameter makes another entry', async () => {
    const variants: Parameter[][] = [
      [],
      [['tenantKey', '9876543210']],
      [['tenantKey', '9876543211']],
      [['tenantKey', ' 9876543210']],
      [['tenantKey', '']],
      [['x-flag', '9876543210']],
      [
        ['tenantKey', '9876543210'],
        ['x-flag', ''],
      ],
    ];
    const keys = await Promise.all(variants.map(async (extra) => keyOf((await read(extra)).request)));
    expect(new Set(keys.map((key) => key?.partition)).size).toBe(1);
    expect(new Set(keys.map((key) => key?.variant)).size).toBe(variants.length);
    expect(JSON.stringify(keys)).not.toMatch(/98765|tenantKey/);
    for (const [key] of keys.slice(1).map((each) => [each?.variant])) expect(key).toMatch(/;filters=[\w-]{43};/);
  });

  test('is the same in any order', async () => {
    const extra: Parameter[] = [
      ['tenantKey', 'a'],
      ['x-flag', 'b'],
    ];
    expect((await read(extra)).request).toEqual((await read(extra.toReversed())).request);
  });

  test('keeps the names that the base reply does not have', async () => {
    expect((await read([])).request.askedSections.includesUnknown).toBe(false);
    expect((await read([['tenantKey', '']])).request.askedSections).toEqual({ names: [], includesUnknown: true });
  });

  test.each<[Parameter[], string]>([
    [[['tenantKey', 'x'.repeat(257)]], 'invalid_parameter'],
    [[['tenantKey', 'a\ud800']], 'invalid_parameter'],
    [
      [
        ['tenantKey', 'a'],
        ['tenantKey', 'a'],
      ],
      'duplicate_parameter',
    ],
    [[['tenantkey', 'a']], 'unknown_parameter'],
    [[['other', 'a']], 'unknown_parameter'],
  ])('%j is refused as %s', async (extra, code) => {
    await expect(read(extra)).rejects.toMatchObject({ code });
  });

  test('is unknown if the deployment does not add it', async () => {
    await expect(read([['tenantKey', 'a']], DEFAULT_READING)).rejects.toMatchObject({ code: 'unknown_parameter' });
  });
});

test('in a joined look-up extra parameters go to the API that the caller called, and to no other', async () => {
  const { request, supplement } = await READERS.v2([
    ['tenantKey', 'a'],
    ['embed', 'coupons'],
  ]);
  expect(upstreamParameters(request)).toContainEqual(['tenantKey', 'a']);
  expect(supplement?.request.filterParameters).toEqual([]);
  const { supplement: plain } = await READERS.v2([['embed', 'coupons']]);
  expect(supplement).toEqual(plain);
});

describe('in a payload', () => {
  test.each([
    ['a text', 'A b', 'A b'],
    ['a number', 12.5, '12.5'],
    ['a boolean', true, 'true'],
  ])('%s is accepted by both APIs', async (_kind, value, sent) => {
    const payloads = [
      { ...Object.fromEntries(V2), tenantKey: value },
      { api: 'v1.1', external_id: 'E1', tenantKey: value },
    ];
    for (const payload of payloads) {
      const { asked } = await readLookupPayload(payload, READING);
      expect(upstreamParameters(asked.request).at(-1)).toEqual(['tenantKey', sent]);
    }
  });

  test.each([[['a']], [{ a: 1 }], [null], [2 ** 60]])('%j is refused', async (value) => {
    const payload = { ...Object.fromEntries(V2), tenantKey: value };
    await expect(readLookupPayload(payload, READING)).rejects.toMatchObject({ code: 'invalid_parameter' });
  });
});

describe('with the name of a member of every object, in a payload', () => {
  const names = Object.getOwnPropertyNames(Object.prototype).filter(isExtraParameterName);

  test.each(names)('%s is accepted by both APIs if the deployment names it, and else unknown', async (name) => {
    const reading = { ...READING, extraParameters: [name] };
    const payloads = [
      { ...Object.fromEntries(V2), [name]: 'A b' },
      { api: 'v1.1', external_id: 'E1', [name]: 'A b' },
    ];
    for (const payload of payloads) {
      const { asked } = await readLookupPayload(payload, reading);
      expect(upstreamParameters(asked.request).at(-1)).toEqual([name, 'A b']);
      await expect(readLookupPayload(payload, READING)).rejects.toMatchObject({ code: 'unknown_parameter' });
    }
  });
});

describe('a name of an extra parameter', () => {
  test.each(['a', 'tenantKey', 'x-flag', 'x_flag', 'a.b', 'A1', `a${'b'.repeat(63)}`, 'constructor', 'toString'])(
    'may be %s',
    (name) => {
      expect(isExtraParameterName(name)).toBe(true);
    },
  );

  test.each(['', '1a', '_a', '-a', '.a', 'a b', 'a=b', 'a&b', 'é', 'a\n', `a${'b'.repeat(64)}`, '__proto__'])(
    'is not %j',
    (name) => {
      expect(isExtraParameterName(name)).toBe(false);
    },
  );

  test('is never a documented name of either API, nor a name of a payload, in any letter case', () => {
    const documented = [
      ...V2_PARAMETER_NAMES,
      ...V1_PARAMETER_NAMES,
      'api',
      'language',
      'cacheControl',
      'lookups',
      'prefetch',
      'waitMs',
    ];
    for (const name of documented) {
      for (const spelling of [name, name.toUpperCase(), name.toLowerCase()]) {
        expect([spelling, isExtraParameterName(spelling)]).toEqual([spelling, false]);
      }
    }
  });

  test('and its value are read as nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (value) => {
        for (const read of Object.values(READERS)) {
          const { request } = await read([['tenantKey', value]]);
          const { request: without } = await read([]);
          expect({ ...request, filterParameters: [], askedSections: without.askedSections }).toEqual(without);
        }
      }),
    );
  });
});
