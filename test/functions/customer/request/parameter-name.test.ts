import { describe, expect, test } from '@jest/globals';
import { safeParameterName } from '../../../../functions/customer/request/parameter-name.ts';

describe('the name of an unknown parameter', () => {
  test.each([
    'Source',
    'SOURCE',
    'Id',
    'MLP',
    'Date',
    'embed',
    'Format',
    'language',
    'identifiername',
    'IDENTIFIERVALUE',
    'embeds',
    'sorce',
    'mobiles',
    'fielda',
    'identiferValue',
    'idenifierNam',
    'acountId',
    'acountID',
    'akkountId',
    'gapToRenw',
    'userGroupId',
    'card_numbers',
    'cardnumber',
    'externalid',
    'coupon_limt',
    'embed[]',
    'embed[0]',
    'source[12]',
    'identiferValue[]',
  ])('B18: the message repeats %s: it is close to a documented name', (name) => {
    const isLong = name.length >= 6 || /^(source|id|mlp|date|embed)$/i.test(name);
    expect(safeParameterName(name)).toBe(isLong ? name : 'A parameter');
  });

  test.each([
    'DSharma',
    'DSharma[]',
    'Sharma[0]',
    'embed[123]',
    'embed[a]',
    'embed[0]x',
    '[]',
    'Sharma',
    'Dave',
    'Kate',
    'Basil',
    'Emma',
    'Moby',
    'Tyler',
    'Mark',
    'Neha',
    'Mobley',
    '9876543210',
    '919876543210',
    'neha@example.com',
    'CARD-77-0001',
    '',
    ' ',
    'nonsense',
    'colour',
    'Sid',
    'Idi',
    'constructor',
    '__proto__',
    'embed points',
    'x'.repeat(41),
    `source${'e'.repeat(1000)}`,
  ])('B18: the message does not repeat %j: it may be a piece of an identifier', (name) => {
    expect(safeParameterName(name)).toBe('A parameter');
  });
});
