import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { curlOf, headersOf, pathOf } from '../../console/lookup/request.js';

const ASKED = {
  api: 'v2',
  identifierName: 'mobile',
  identifierValue: '+91 12345',
  source: 'INSTORE',
  accountId: '',
  hasCoupons: false,
  cacheControl: '',
  apiKey: '',
} as const;

describe('a look-up of the page', () => {
  test.each([
    [ASKED, '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=%2B91+12345'],
    [
      { ...ASKED, source: 'WECHAT', accountId: 'a&b', hasCoupons: true },
      '/v2/customers/lookup/customerDetails?source=WECHAT&accountId=a%26b&identifierName=mobile&identifierValue=%2B91+12345&embed=coupons',
    ],
    [{ ...ASKED, api: 'v1.1' }, '/v1.1/customer/get?mobile=%2B91+12345'],
    [{ ...ASKED, api: 'v1.1', identifierName: 'externalId' }, '/v1.1/customer/get?external_id=%2B91+12345'],
    [{ ...ASKED, api: 'v1.1', identifierName: 'cardnumber' }, '/v1.1/customer/get?card_number=%2B91+12345'],
    [{ ...ASKED, api: 'v1.1', hasCoupons: true }, '/v1.1/customer/get?mobile=%2B91+12345&coupon_order_by=created_date'],
  ] as const)('%j has the address %s', (asked, path) => {
    expect(pathOf(asked)).toBe(path);
  });

  test('sends a key and a directive, where there are any', () => {
    expect(headersOf(ASKED)).toEqual({});
    expect(headersOf({ ...ASKED, cacheControl: 'no-cache', apiKey: 'k' })).toEqual({
      'Cache-Control': 'no-cache',
      'x-api-key': 'k',
    });
  });

  test('becomes a command that a shell reads as it was meant, whatever the user typed', () => {
    const asked = { ...ASKED, identifierName: 'email', identifierValue: "o'neil$(id)`id`@example.com", apiKey: 'a b' };
    const command = curlOf('http://127.0.0.1:3000', asked);
    const printed = execFileSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' });
    expect(printed.trimEnd().split('\n')).toEqual([
      ...['-i', '-H', 'x-api-key: a b', `http://127.0.0.1:3000${pathOf(asked)}`],
    ]);
  });
});
