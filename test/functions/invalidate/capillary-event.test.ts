import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type JsonObject, parseJson } from '../../../functions/customer/json.ts';
import { readCapillaryEvent } from '../../../functions/invalidate/capillary-event.ts';

const read = (text: string) => readCapillaryEvent(parseJson(text) as JsonObject);

const MARKING = [
  ...['transactionAdded', 'transactionUpdated', 'pointsIssued', 'issuedPointsReversed', 'pointsRedeemed'],
  ...['redeemedPointsReversed', 'pointsExpired', 'pointsExpiryChange', 'promisedToCurrentPointsConversion'],
  ...['pointsTransferredInitiated', 'pointsTransferredReceived', 'manualPointsAdjustment', 'pointsContributionToGroup'],
  ...['alternateCurrenciesIssued', 'issuedAlternateCurrenciesReversed', 'tierUpgraded', 'tierDowngraded'],
  ...['tierRenewed', 'CouponIssue', 'CouponRedeem'],
];
const DELETING = [
  ...['customerAdded', 'customerUpdated', 'customerSubscription', 'loyaltyCustomerMerge', 'cardUpdated'],
  ...['partnerProgramLinked', 'partnerProgramUpdated', 'partnerProgramDelinked', 'groupMemberAdded'],
  ...['groupMemberRemoved', 'somethingNew', 'pointsIssuedAndMore'],
];

/** The four envelopes of upstream notes §5. */
const ENVELOPES: Readonly<Record<string, (name: string, data: string) => string>> = {
  'eventName, data': (name, data) =>
    `{"eventName":"${name}","eventId":"e","orgId":1,"createdAt":"2026","data":${data}}`,
  attributes: (name, data) =>
    `{"eventId":"e","eventType":"1044_${name}","attributes":{"eventName":"${name}","data":${data}}}`,
  'attributes, named by eventType alone': (name, data) =>
    `{"eventId":"e","eventType":"1044_${name}","attributes":{"data":${data}}}`,
  body: (name, data) => `{"body":{"eventName":"${name}","data":${data}}}`,
  data: (name, data) => `{"data":{"eventName":"${name}","eventId":"e","data":${data}}}`,
  'one in another': (name, data) => `{"body":{"attributes":{"data":{"eventName":"${name}","data":${data}}}}}`,
};

describe.each(Object.entries(ENVELOPES))('an event in the envelope %s', (_title, wrap) => {
  const data = '{"customerIdentifiers":{"customerId":9007199254740993,"instore":{"mobile":"919876543210"}}}';

  test.each([...MARKING.map((name) => [name, 'mark-stale']), ...DELETING.map((name) => [name, 'delete'])])(
    '%s: %s',
    (name, mode) => {
      expect(read(wrap(name, data))).toEqual({
        name,
        mode,
        customerIds: ['9007199254740993'],
        identifiers: [{ source: 'INSTORE', accountId: undefined, name: 'mobile', value: '919876543210' }],
      });
    },
  );
});

describe('whom an event names', () => {
  const ids = (text: string) => read(text).customerIds;
  const identifiers = (text: string) =>
    read(text).identifiers.map(({ source, accountId, name, value }) => [source, accountId, name, value]);
  const inData = (customerIdentifiers: string) =>
    `{"eventName":"e","data":{"customerIdentifiers":${customerIdentifiers}}}`;

  test.each([
    ['a number', '{"customerId":7}', ['7']],
    ['a text', '{"customerId":"7"}', ['7']],
    ['of 64 bits, every digit of it', '{"customerId":9007199254740993}', ['9007199254740993']],
    ['once', '{"customerId":7,"x":{"customerId":"7"}}', ['7']],
    ['two of a merge', '{"fromCustomer":{"customerId":7},"toCustomer":{"customerId":8}}', ['7', '8']],
    ['two of a merge, by other names', '{"fromCustomerId":7,"toCustomerId":8}', ['7', '8']],
    ['a list', '{"mergedCustomerIds":[7,"8",9]}', ['7', '8', '9']],
    ['previous and current', '{"customerId":{"previous":7,"current":8}}', ['7', '8']],
    ['a user id', '{"userId":7}', ['7']],
    ['none', '{"data":{"amount":5}}', []],
    [
      'nothing that is no id',
      '{"customerId":null,"x":{"customerId":"abc"},"y":{"customerId":1.5},"z":{"customerId":""}}',
      [],
    ],
    ['nobody by a name that only ends alike', '{"customerIdentity":7,"transactionUserId":8}', []],
  ])('customer ids: %s', (_title, data, expected) => {
    expect(ids(`{"eventName":"e","data":${data}}`)).toEqual(expected);
  });

  test('every identifier of the store, cards in a list too', () => {
    const text = inData(
      '{"customerId":7,"instore":{"mobile":"919876543210","email":"a@b.c","externalId":"E","cardnumber":"C1","cardexternalid":"X1","cardNumbers":["C2",3]}}',
    );
    expect(identifiers(text)).toEqual([
      ['INSTORE', undefined, 'mobile', '919876543210'],
      ['INSTORE', undefined, 'email', 'a@b.c'],
      ['INSTORE', undefined, 'externalId', 'E'],
      ['INSTORE', undefined, 'cardnumber', 'C1'],
      ['INSTORE', undefined, 'cardexternalid', 'X1'],
      ['INSTORE', undefined, 'cardnumber', 'C2'],
      ['INSTORE', undefined, 'cardnumber', '3'],
    ]);
  });

  test('the previous value and the current one', () => {
    const text = inData('{"instore":{"mobile":{"previous":"911","current":"912"},"email":""}}');
    expect(identifiers(text)).toEqual([
      ['INSTORE', undefined, 'mobile', '911'],
      ['INSTORE', undefined, 'mobile', '912'],
    ]);
  });

  test('those of every account of every source', () => {
    const text = inData(`{"wechat":{"accounts":[
      {"accountId":"A","identifiers":[{"identifierType":"wechat","identifierValue":"w1"},{"identifierType":"unionId","identifierValue":"u"}]},
      {"accountId":5,"identifiers":[{"type":"mobile","previousValue":"1","currentValue":"2"}]},
      {"identifiers":[{"identifierType":"email","value":"a@b.c"}]}
    ]},"line":{"accounts":"none"}}`);
    expect(identifiers(text)).toEqual([
      ['WECHAT', 'A', 'wechat', 'w1'],
      ['WECHAT', 'A', 'unionId', 'u'],
      ['WECHAT', '5', 'mobile', '1'],
      ['WECHAT', '5', 'mobile', '2'],
      ['WECHAT', undefined, 'email', 'a@b.c'],
      // Without an account it could be anybody's.
      ['INSTORE', undefined, 'email', 'a@b.c'],
    ]);
  });

  test('those of both customers of a merge, wherever they stand', () => {
    const text = `{"eventName":"loyaltyCustomerMerge","data":{
      "survivor":{"customerIdentifiers":{"customerId":7,"instore":{"mobile":"911"}}},
      "victim":[{"customerIdentifiers":{"customerId":8,"instore":{"mobile":"912"}}}]}}`;
    expect(ids(text)).toEqual(['7', '8']);
    expect(identifiers(text).map(([, , , value]) => value)).toEqual(['911', '912']);
  });

  test('a list of typed identifiers', () => {
    const text =
      '{"eventName":"e","data":{"profiles":[{"identifiers":[{"type":"mobile","value":"911"},{"value":"x"},5]}]}}';
    expect(identifiers(text)).toEqual([['INSTORE', undefined, 'mobile', '911']]);
  });
});

test('any JSON object is read without throwing', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom(
          'body',
          'data',
          'attributes',
          'eventName',
          'customerId',
          'customerIdentifiers',
          'accounts',
          'identifiers',
          'instore',
        ),
        fc.jsonValue({ maxDepth: 4 }),
      ),
      (event) => {
        const { mode, customerIds } = readCapillaryEvent(parseJson(JSON.stringify(event)) as JsonObject);
        expect(['delete', 'mark-stale']).toContain(mode);
        for (const id of customerIds) expect(id).toMatch(/^\d{1,20}$/);
      },
    ),
  );
});

test('envelopes and contents without end are left at some depth', () => {
  const nested = `${'{"body":'.repeat(50)}{"eventName":"e","customerId":7}${'}'.repeat(50)}`;
  expect(read(nested)).toMatchObject({ mode: 'delete', customerIds: [] });
});
