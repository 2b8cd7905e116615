import { describe, expect, test } from '@jest/globals';
import { readReply } from '../../console/lookup/reply.js';
import { problem } from '../../functions/rest/problem.ts';

const V2 = JSON.stringify({
  profiles: [{ firstName: 'Asha', lastName: 'Example', identifiers: [{ type: 'mobile', value: '919000000001' }] }],
  cardDetails: [
    { cardNumber: '1', seriesName: 'S', expiryDate: '2028-06-01', statusInfo: { label: 'BLOCKED', isActive: false } },
  ],
  coupons: [{ code: 'C', status: 'active', valid_till: '2027-01-01' }],
  warnings: [{ code: 8062, message: 'Points are missing' }],
}).replace(
  '{',
  '{"id":9007199254740993,"loyaltyProgramDetails":[{"programTitle":"P","loyaltyPoints":95827.0,"currentSlab":"Gold","slabExpiryDate":"2027-01-01","nextSlab":""}],',
);
const V1_CUSTOMER =
  '{"user_id":"9007199254740993","firstname":"Asha","lastname":"","loyalty_points":12.50,"current_slab":"Gold",' +
  '"coupons":{"coupon":{"code":"C","redeemed":"true"}},"item_status":{"success":"true","code":"1000"}}';

describe('a customer', () => {
  test('of v2 is read with the digits that the reply has', () => {
    expect(readReply(200, V2, 'v2')).toEqual({
      kind: 'found',
      title: 'Asha Example',
      customer: {
        id: '9007199254740993',
        name: 'Asha Example',
        programmes: [{ title: 'P', points: '95827.0', tier: 'Gold', tierExpiry: '2027-01-01', nextTier: '' }],
        cards: [{ number: '1', series: 'S', status: 'BLOCKED', isActive: false, expiry: '2028-06-01' }],
        coupons: [{ code: 'C', description: '', status: 'active', isActive: true, expiry: '2027-01-01' }],
        identifiers: [{ type: 'mobile', value: '919000000001' }],
        warnings: ['Points are missing'],
      },
    });
  });

  test('of v2 may have almost no members', () => {
    const { customer } = readReply(200, '{"id":1}', 'v2');
    expect(customer).toMatchObject({ name: '', programmes: [], cards: [], coupons: undefined, identifiers: [] });
  });

  test('of v2 is read where the reply leaves out what a till shows', () => {
    const body = '{"id":1,"loyaltyProgramDetails":[{"totalAvailablePoints":12.50}],"warnings":[{"code":8062}]}';
    expect(readReply(200, body, 'v2').customer).toMatchObject({
      programmes: [{ title: 'Loyalty programme', points: '12.50', tier: '' }],
      warnings: ['Warning 8062'],
    });
  });

  test.each([
    ['wrapped, in a list', `{"response":{"status":{"success":"true"},"customers":{"customer":[${V1_CUSTOMER}]}}}`],
    [
      'with a boolean in capital letters',
      `{"response":{"status":{"success":"TRUE"},"customers":{"customer":[${V1_CUSTOMER}]}}}`,
    ],
    ['wrapped, as an object', `{"response":{"status":{"success":1},"customers":{"customer":${V1_CUSTOMER}}}}`],
    ['bare, as the list itself', `{"status":{"success":true},"customers":[${V1_CUSTOMER}]}`],
  ])('of v1.1 is read in each of its shapes: %s', (_, body) => {
    expect(readReply(200, body, 'v1.1')).toMatchObject({
      kind: 'found',
      customer: {
        id: '9007199254740993',
        name: 'Asha',
        coupons: [{ code: 'C', status: 'redeemed', isActive: false }],
        programmes: [{ points: '12.50', tier: 'Gold' }],
      },
    });
  });
});

describe('a reply without a customer, in plain words', () => {
  const v2Error = (code: number, message = 'x') =>
    JSON.stringify({ errors: [{ status: false, code, message }], warnings: [] });
  const v1Error = (code: string) =>
    JSON.stringify({
      response: {
        status: { success: 'false', code: '500' },
        customers: { customer: [{ item_status: { success: 'false', code, message: 'x' } }] },
      },
    });

  test.each([
    ...[8015, 8065, 816, 1011, 1012].map((code) => [v2Error(code), 'v2', 'no-customer', 'Customer not found'] as const),
    ...[1013, 1020, 8089].map((code) => [v2Error(code), 'v2', 'no-customer', 'Not enrolled'] as const),
    [v2Error(1, 'Customer is deleted after PII delete request'), 'v2', 'no-customer', 'This customer was erased'],
    [v2Error(618), 'v2', 'refused', 'Capillary refuses this look-up'],
    [v1Error('1012'), 'v1.1', 'no-customer', 'Customer not found'],
    [v1Error('1013'), 'v1.1', 'no-customer', 'Not enrolled'],
    [v1Error('1044'), 'v1.1', 'refused', 'Capillary refuses this look-up'],
    ['<html>', 'v2', 'fault', 'The reply cannot be read'],
    ['{}', 'v1.1', 'fault', 'The reply cannot be read'],
    ['', 'v2', 'fault', 'The reply cannot be read'],
  ] as const)('%s of %s is %s: %s', (body, api, kind, title) => {
    for (const status of [200, 400, 404]) expect(readReply(status, body, api)).toMatchObject({ kind, title });
  });

  test.each([
    ['invalid_identifier', 'wrong-input', 'Check what you typed', /^Check it, and type it again\.$/],
    ['unknown_parameter', 'refused', 'The service refuses this look-up', /^Check the fields under “More”\./],
    ['missing_parameter', 'refused', 'Something is missing', /^Fill in the fields/],
    ['upstream_refused', 'refused', 'Capillary refuses this look-up', /Ask the person who looks after the tills\.$/],
    ['forbidden', 'key', 'The credential is missing or wrong', /LOCAL_API_KEYS/],
    ['not_cached', 'not-cached', 'Not in the cache', /only the cache/],
    ['upstream_unavailable', 'outage', 'No answer from the upstream', /^The cache has nothing usable/],
    ['upstream_timeout', 'outage', 'The upstream is too slow', /^The cache/],
    ['upstream_invalid', 'outage', 'No usable answer from the upstream', /^The cache/],
    ['too_many_requests', 'too-many', 'Too many look-ups', /Wait a moment/],
    ['internal_error', 'fault', 'The service failed', /log/],
  ] as const)("the service's %s is %s: %s", (code, kind, title, text) => {
    const { status, body } = problem(code, 'the detail', 'request-1');
    for (const api of ['v2', 'v1.1'] as const) {
      const said = { kind, title, text: expect.stringMatching(text), detail: 'the detail' };
      expect(readReply(status, body, api)).toMatchObject(said);
    }
  });

  test.each([
    ['mobile', /^This is not a phone number\. .*\+.* Check it, and type it again\.$/],
    ['email', /^This is not an e-mail address\. Check it/],
    ['cardnumber', /^This is not a card number\. Check it/],
    ['externalId', /^This is not an external id\. Check it/],
    ['id', /^This is not a customer id, .*digits\. Check it/],
  ])('a %s that the service refuses is said in the words of a cashier', (name, text) => {
    const { status, body } = problem('invalid_identifier', 'the detail', 'request-1');
    expect(readReply(status, body, 'v2', name)).toMatchObject({ text: expect.stringMatching(text) });
  });

  test('the words of Capillary are a detail', () => {
    expect(readReply(400, v2Error(618, 'Fraud user'), 'v2')).toMatchObject({
      text: expect.not.stringContaining('Fraud user'),
      detail: 'Fraud user',
    });
  });

  test('a gateway that wants a token refuses in its own form', () => {
    const outcome = { kind: 'key', title: 'The credential is missing or wrong' };
    expect(readReply(401, '{"message":"Unauthorized"}', 'v2')).toMatchObject(outcome);
  });
});
