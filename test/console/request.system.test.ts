import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { curlOf, headersOf, pathOf } from '../../console/lookup/request.js';
import { EMPTY_ASKED } from './empty-asked.ts';

describe('a look-up of the page', () => {
  test.each([
    [
      EMPTY_ASKED,
      '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=%2B91+12345',
    ],
    [
      { ...EMPTY_ASKED, source: 'WECHAT', accountId: 'a&b', hasCoupons: true },
      '/v2/customers/lookup/customerDetails?source=WECHAT&accountId=a%26b&identifierName=mobile&identifierValue=%2B91+12345&embed=coupons',
    ],
    [{ ...EMPTY_ASKED, api: 'v1.1' }, '/v1.1/customer/get?mobile=%2B91+12345'],
    [{ ...EMPTY_ASKED, api: 'v1.1', identifierName: 'externalId' }, '/v1.1/customer/get?external_id=%2B91+12345'],
    [{ ...EMPTY_ASKED, api: 'v1.1', identifierName: 'cardnumber' }, '/v1.1/customer/get?card_number=%2B91+12345'],
    [
      { ...EMPTY_ASKED, api: 'v1.1', hasCoupons: true },
      '/v1.1/customer/get?mobile=%2B91+12345&coupon_order_by=created_date',
    ],
  ] as const)('%j has the address %s', (asked, path) => {
    expect(pathOf(asked)).toBe(path);
  });

  test('sends a key and a directive, where there are any', () => {
    expect(headersOf(EMPTY_ASKED)).toEqual({});
    expect(headersOf({ ...EMPTY_ASKED, cacheControl: 'no-cache', apiKey: 'k' })).toEqual({
      'Cache-Control': 'no-cache',
      'x-api-key': 'k',
    });
  });

  test('becomes a command that a shell reads as it was meant, whatever the user typed', () => {
    const asked = {
      ...EMPTY_ASKED,
      identifierName: 'email',
      identifierValue: "o'neil$(id)`id`@example.com",
      apiKey: "it's",
    };
    const command = curlOf('http://127.0.0.1:3000', asked);
    const printed = execFileSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' });
    expect(printed.trimEnd().split('\n')).toEqual([
      '-i',
      '-H',
      "x-api-key: it's",
      `http://127.0.0.1:3000${pathOf(asked)}`,
    ]);
  });
});
