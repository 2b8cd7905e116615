import { describe, expect, test } from '@jest/globals';
import { readSubject } from '../../../../functions/customer/v2/v2-subject.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const read = (parameters: Readonly<Record<string, string>>) => readSubject(Object.entries(parameters), DEFAULT_READING);
const MOBILE = { source: 'INSTORE', identifierName: 'Mobile', identifierValue: '98765 43210' };

describe('the customer of a purge', () => {
  test('is read like the customer of a look-up: every spelling is one', async () => {
    const expected = { source: 'INSTORE', identifier: { name: 'mobile', value: '919876543210' } };
    expect(await read(MOBILE)).toEqual(expected);
    expect(await read({ ...MOBILE, accountId: ' ', identifierValue: '+91-9876543210' })).toEqual(expected);
  });

  test('B1: covers every account of its source', async () => {
    const expected = { source: 'WECHAT', identifier: { name: 'mobile', value: '919876543210' } };
    for (const accountId of ['A', ' A ', 'B']) {
      expect(await read({ ...MOBILE, source: 'WECHAT', accountId })).toEqual(expected);
    }
    expect(await read({ ...MOBILE, accountId: 'A' })).toEqual(await read(MOBILE));
  });

  test.each<[Record<string, string>, string]>([
    [{ ...MOBILE, source: '' }, 'missing_parameter'],
    [{ ...MOBILE, identifierName: '' }, 'missing_parameter'],
    [{ ...MOBILE, identifierValue: '' }, 'missing_parameter'],
    [{ ...MOBILE, source: 'WECHAT' }, 'missing_parameter'],
    [{ ...MOBILE, source: 'we chat' }, 'invalid_parameter'],
    [{ ...MOBILE, identifierName: 'mobile,email' }, 'invalid_parameter'],
    [{ ...MOBILE, identifierValue: '9876543210,1' }, 'invalid_identifier'],
    [{ ...MOBILE, identifierValue: '12' }, 'invalid_identifier'],
    [{ ...MOBILE, embed: 'points' }, 'unknown_parameter'],
    [{ ...MOBILE, fields: 'id' }, 'unknown_parameter'],
    [{ ...MOBILE, includedFraudDetails: 'true' }, 'unknown_parameter'],
  ])('%j is refused as %s', async (parameters, code) => {
    await expect(read(parameters)).rejects.toMatchObject({ code });
  });

  test.each<[string, Record<string, string>]>([
    ['several names', { identifierName: 'mobile,email', identifierValue: '9876543210,a@example.com' }],
    ['several values', { identifierValue: '9876543210,a@example.com' }],
  ])('is one identifier, dual eligibility or not: the refusal of %s says so', async (_case, several) => {
    for (const reading of [DEFAULT_READING, { ...DEFAULT_READING, primaryIdentifier: 'mobile' as const }]) {
      const subject = readSubject(Object.entries({ ...MOBILE, ...several }), reading);
      await expect(subject).rejects.toThrow(/, but an entry has one: the primary one where dual eligibility is on/);
    }
  });

  test('is refused if it is given twice; empty pairs are harmless', async () => {
    const twice = [...Object.entries(MOBILE), ['source', 'ALL'] as [string, string]];
    await expect(readSubject(twice, DEFAULT_READING)).rejects.toMatchObject({ code: 'duplicate_parameter' });
    await expect(readSubject([...Object.entries(MOBILE), ['', '']], DEFAULT_READING)).resolves.toBeDefined();
  });
});
