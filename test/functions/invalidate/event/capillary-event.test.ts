import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../../functions/customer/json/json.ts';
import { readCapillaryEvent } from '../../../../functions/invalidate/event/capillary-event.ts';
import { parseWithTexts } from '../../../../functions/invalidate/event/event-json.ts';
import { fc } from '../../../support/properties.ts';

const read = (text: string) => readCapillaryEvent(parseWithTexts(text) as JsonObject);
/** The content of an event, in short: its ids, then each identifier as `SOURCE name value`. */
const namedBy = (text: string) => {
  const { customerIds, identifiers } = read(text);
  // As texts: `toEqual` takes a list of undefined for an empty one.
  return [...customerIds.map(String), ...identifiers.map(({ source, name, value }) => `${source} ${name} ${value}`)];
};
const namedIn = (data: string) => namedBy(`{"eventName":"e","data":${data}}`);

const MARKING = [
  'transactionAdded',
  'transactionUpdated',
  'pointsIssued',
  'issuedPointsReversed',
  'pointsRedeemed',
  'redeemedPointsReversed',
  'pointsExpired',
  'pointsExpiryChange',
  'promisedToCurrentPointsConversion',
  'pointsTransferredInitiated',
  'pointsTransferredReceived',
  'manualPointsAdjustment',
  'pointsContributionToGroup',
  'alternateCurrenciesIssued',
  'issuedAlternateCurrenciesReversed',
  'tierUpgraded',
  'tierDowngraded',
  'tierRenewed',
  'CouponIssue',
  'CouponRedeem',
];
const DELETING = [
  'customerAdded',
  'customerUpdated',
  'customerSubscription',
  'loyaltyCustomerMerge',
  'cardUpdated',
  'partnerProgramLinked',
  'partnerProgramUpdated',
  'partnerProgramDelinked',
  'groupMemberAdded',
  'groupMemberRemoved',
];

/** The four envelopes of upstream notes §5, and other forms in their place. */
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
  'body as a text': (name, data) => JSON.stringify({ body: `{"eventName":"${name}","data":${data}}` }),
  'Message as a text': (name, data) =>
    JSON.stringify({ Type: 'Notification', Message: `{"eventName":"${name}","data":${data}}` }),
  'data as a text': (name, data) => JSON.stringify({ eventName: name, data }),
  'attributes as a text': (name, data) => JSON.stringify({ attributes: `{"eventName":"${name}","data":${data}}` }),
  'a text in a text': (name, data) =>
    JSON.stringify({ Message: JSON.stringify({ body: JSON.stringify({ eventName: name, data }) }) }),
  'written as JSON twice': (name, data) =>
    JSON.stringify({ body: JSON.stringify(JSON.stringify({ eventName: name, data })) }),
  'written as JSON six times': (name, data) => {
    const texts = Array.from({ length: 5 }).reduce<string>(
      (text) => JSON.stringify(text),
      JSON.stringify({ eventName: name, data }),
    );
    return JSON.stringify({ body: texts });
  },
  'a text with spaces and a byte order mark': (name, data) =>
    JSON.stringify({ body: `\uFEFF \n{"eventName":"${name}","data":${data}}` }),
  'a text with a byte order mark behind a space': (name, data) =>
    JSON.stringify({ body: ` \uFEFF{"eventName":"${name}","data":${data}} ` }),
  'a list of texts': (name, data) => JSON.stringify({ body: [`{"eventName":"${name}","data":${data}}`] }),
  'a text that holds a list of texts': (name, data) =>
    JSON.stringify({ Message: JSON.stringify([JSON.stringify({ eventName: name, data })]) }),
  'a list': (name, data) => `{"body":[{"eventName":"${name}","data":[${data}]}]}`,
  'names in other letter cases': (name, data) => `{"Body":{"event_name":"${name}","DATA":${data}}}`,
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
        identifiers: [{ source: 'INSTORE', name: 'mobile', value: '919876543210' }],
      });
    },
  );

  test.each(['somethingNew', 'pointsIssuedAndMore', '919876543210', ''])(
    'with the undocumented name %j deletes, and has no name in the log',
    (name) => {
      const { customerIds, ...kind } = read(wrap(name, data));
      expect(kind).toMatchObject({ name: undefined, mode: 'delete' });
      expect(customerIds).toEqual(['9007199254740993']);
    },
  );
});

describe('the name of an event', () => {
  test.each<[string, string | undefined, string]>([
    ['{"eventName":"TIERUPGRADED"}', 'tierUpgraded', 'mark-stale'],
    ['{"eventName":"coupon_issue"}', 'CouponIssue', 'mark-stale'],
    ['{"eventName":"1044_pointsIssued"}', 'pointsIssued', 'mark-stale'],
    ['{"eventName":" 1044_pointsIssued "}', 'pointsIssued', 'mark-stale'],
    // A number in another place makes another name.
    ['{"eventName":"x1044_pointsIssued"}', undefined, 'delete'],
    ['{"eventName":"points1044_Issued"}', undefined, 'delete'],
    ['{"eventName":"webhook","body":{"eventName":"pointsIssued"}}', 'pointsIssued', 'mark-stale'],
    ['{"eventName":"pointsIssued","body":{"eventName":"somethingNew"}}', undefined, 'delete'],
    ['{"eventName":"pointsIssued","data":{"order":{"eventName":"customerUpdated"}}}', 'pointsIssued', 'mark-stale'],
    ['{"eventName":"customerUpdated","eventName":"pointsIssued"}', 'pointsIssued', 'delete'],
    ['{"eventName":"pointsIssued","data":{},"data":{"eventName":"customerUpdated"}}', 'customerUpdated', 'delete'],
    // Two events in one: the stronger one counts.
    ['{"body":[{"eventName":"customerUpdated"},{"eventName":"pointsIssued"}]}', 'pointsIssued', 'delete'],
    ['{"eventType":"1044_customerUpdated","attributes":{"eventName":"pointsIssued"}}', 'pointsIssued', 'delete'],
    ['{"eventType":"1044_pointsIssued","attributes":{"eventType":"other"}}', 'pointsIssued', 'mark-stale'],
    ['{"eventType":"1044_pointsIssued","attributes":{"eventName":""}}', 'pointsIssued', 'mark-stale'],
    ['{"eventType":"1044_pointsIssued","attributes":{"eventName":null}}', 'pointsIssued', 'mark-stale'],
    ['{"eventName":5}', undefined, 'delete'],
    ['{"eventName":["pointsIssued"]}', undefined, 'delete'],
    ['{}', undefined, 'delete'],
  ])('%s: %s, %s', (text, name, mode) => {
    expect(read(text)).toMatchObject({ name, mode });
  });
});

describe('an id of a customer', () => {
  test.each<[string, string, readonly string[]]>([
    ['a number', '{"customerId":7}', ['7']],
    ['a text', '{"customerId":"7"}', ['7']],
    ['of 64 bits, every digit of it', '{"customerId":9007199254740993}', ['9007199254740993']],
    ['with a decimal point, as tier events have it', '{"customerId":481516230.0}', ['481516230']],
    ['with a decimal point, as a text', '{"customerId":"481516230.0"}', ['481516230']],
    ['with an exponent', '{"customerId":4.8151623E8}', ['481516230']],
    ['with an exponent and 64 bits', '{"customerId":9007199254740.993e3}', ['9007199254740993']],
    ['with leading zeros and spaces', '{"customerId":" 0077 "}', ['77']],
    ['once, however it is spelled', '{"customerId":7,"x":{"customer_id":"7.0"}}', ['7']],
    ['two of a merge', '{"fromCustomer":{"customerId":7},"toCustomer":{"customerId":8}}', ['7', '8']],
    ['two of a merge, by other names', '{"fromCustomerId":7,"toCustomerId":8}', ['7', '8']],
    ['two of a merge, as id', '{"fromCustomer":{"id":7},"toCustomer":{"id":8}}', ['7', '8']],
    ['a list', '{"mergedCustomerIds":[7,"8",[9]]}', ['7', '8', '9']],
    ['previous and current', '{"customerId":{"previous":7,"current":8}}', ['7', '8']],
    [
      'an entity of two types, of which one is a customer',
      '{"entityInformation":{"entityType":"STORE","entityId":5,"entityType":"USER"}}',
      ['5'],
    ],
    [
      'two of a merge, by one name',
      '{"customerIdentifiers":{"customerId":7},"customerIdentifiers":{"customerId":8}}',
      ['7', '8'],
    ],
    ['a user id', '{"userId":7}', ['7']],
    [
      'of the identifiers, by each of its names',
      `{"customerIdentifiers":{"instore":{"userId":7,"userIds":[8,9]},"x":{"accounts":[
        {"identifiers":[{"identifierName":"customerId","identifierValue":10},{"type":"userId","value":11}]}]}}}`,
      ['7', '8', '9', '10', '11', 'x id 10', 'x id 11'],
    ],
    ['in up to eight lists', `{"customerId":${'['.repeat(8)}7${']'.repeat(8)}}`, ['7']],
    ['not in nine lists', `{"customerId":${'['.repeat(9)}7${']'.repeat(9)}}`, []],
    ['of a customer in up to eight lists', `{"customer":${'['.repeat(8)}{"id":7}${']'.repeat(8)}}`, ['7']],
    ['not of a customer in nine lists', `{"customer":${'['.repeat(9)}{"id":7}${']'.repeat(9)}}`, []],
    ['in another letter case', '{"CUSTOMERID":7,"Customer-Id":8,"user_id":9}', ['7', '8', '9']],
    ['of the store', '{"customerIdentifiers":{"instore":{"id":7}}}', ['7']],
    ['of the identifiers themselves', '{"customerIdentifiers":{"id":"7"}}', ['7']],
    ['as an identifier with a type', '{"identifiers":[{"type":"id","value":7}]}', ['7']],
    [
      'of an updated field',
      '{"updatedFields":[{"fieldName":"customerId","previousValue":7,"currentValue":8}]}',
      ['7', '8'],
    ],
    ['of an entity of type USER', '{"entityInformation":{"entityType":"USER","entityId":7}}', ['7']],
    ['of an entity of type CUSTOMER', '{"entityInformation":{"entityType":"CUSTOMER","entityId":"7.0"}}', ['7']],
    ['of an entity in another letter case', '{"EntityInformation":{"entity_type":" user ","ENTITYID":7}}', ['7']],
    ['of an entity without a type', '{"entityInformation":{"entityId":7}}', ['7']],
    ['of an entity with an empty type', '{"entityInformation":{"entityType":"","entityId":7}}', ['7']],
    ['of entities in a list', '{"entityInformation":[{"entityId":7},{"entityId":8}]}', ['7', '8']],
    ['not of an entity of another type', '{"entityInformation":{"entityType":"STORE","entityId":7}}', []],
    ['not of an entity elsewhere', '{"order":{"entityId":7}}', []],
    ['not of a group of customers', '{"customerGroup":{"id":7}}', []],
    ['not of a name that only ends alike', '{"customerIdentity":7,"transactionUserId":8,"id":9,"store":{"id":10}}', []],
    ['none', '{"amount":5}', []],
    [
      'nothing that is not an id',
      '{"customerId":null,"x":{"customerId":"abc"},"y":{"customerId":1.5},"z":{"customerId":""},"w":{"customerId":-7}}',
      [],
    ],
  ])('%s', (_title, data, expected) => {
    expect(namedIn(data)).toEqual(expected);
  });
});

describe('an identifier', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'of the store: every name, cards in a list too',
      '{"customerIdentifiers":{"customerId":7,"instore":{"mobile":"919876543210","email":"a@b.c","externalId":"E","cardnumber":"C1","cardexternalid":"X1","cardNumbers":["C2",3]}}}',
      [
        '7',
        'INSTORE mobile 919876543210',
        'INSTORE email a@b.c',
        'INSTORE externalId E',
        'INSTORE cardnumber C1',
        'INSTORE cardExternalId X1',
        'INSTORE cardnumber C2',
        'INSTORE cardnumber 3',
      ],
    ],
    [
      'of the store: its previous value and its current one',
      '{"customerIdentifiers":{"instore":{"mobile":{"previous":"911","current":"912"},"email":""}}}',
      ['INSTORE mobile 911', 'INSTORE mobile 912'],
    ],
    [
      'of the store: lists, and lists of lists',
      '{"customerIdentifiers":{"instore":[{"mobile":["911",912]},{}],"wechat":{"accounts":[{}]},"line":[{}]}}',
      ['INSTORE mobile 911', 'INSTORE mobile 912'],
    ],
    [
      'of the store, in lists of such',
      '{"customerIdentifiers":[{"instore":{"mobile":911}},{}]}',
      ['INSTORE mobile 911'],
    ],
    [
      'of every account of every source',
      `{"customerIdentifiers":{"wechat":{"accounts":[
        {"accountId":"A","identifiers":[{"identifierType":"wechat","identifierValue":"w1"},{"identifierType":"unionId","identifierValue":"u"}]},
        {"accountId":5,"identifiers":[{"type":"mobile","previousValue":"1","currentValue":"2"}]}
      ]},"line":{"accounts":"none"}}}`,
      ['WECHAT wechat w1', 'WECHAT mobile 1', 'WECHAT mobile 2'],
    ],
    [
      'of an account without a name: the identifier could belong to any customer',
      '{"customerIdentifiers":{"wechat":{"accounts":[{"identifiers":[{"identifierType":"email","value":"a@b.c"}]}]}}}',
      ['WECHAT email a@b.c', 'INSTORE email a@b.c'],
    ],
    [
      'of an account that is an object, as is its list',
      '{"customerIdentifiers":{"wechat":{"accounts":{"accountId":"A","identifiers":{"identifierType":"mobile","identifierValue":911}}}}}',
      ['WECHAT mobile 911'],
    ],
    [
      'of an account, by the names of one account and of one identifier',
      '{"customerIdentifiers":{"wechat":{"account":{"identifier":{"identifierName":"mobile","identifierValue":911}}}}}',
      ['WECHAT mobile 911'],
    ],
    [
      'of accounts in accounts, up to six levels; below that it is read without its source',
      `{"customerIdentifiers":{"wechat":${'{"accounts":'.repeat(6)}{"mobile":911,"accounts":{"email":"a@b.c"}}${'}'.repeat(6)}}}`,
      ['WECHAT mobile 911', 'INSTORE mobile 911', 'INSTORE email a@b.c'],
    ],
    [
      'of toabao, which is TAOBAO',
      '{"customerIdentifiers":{"customerId":42,"toabao":{"accounts":[{"accountId":"tb1","identifiers":[{"identifierType":"mobile","identifierValue":"8613812345678"}]}]}}}',
      ['42', 'TAOBAO mobile 8613812345678'],
    ],
    [
      'of sources with names of two words',
      '{"customerIdentifiers":{"mobileApp":{"accounts":[{"accountId":"A","identifiers":[{"identifierType":"EMAIL","identifierValue":"a@b.c"}]}]}}}',
      ['MOBILE_APP email a@b.c'],
    ],
    [
      'of sources that are not documented, as they are written',
      `{"customerIdentifiers":{"newShop":{"accounts":[{"identifiers":[{"identifierType":"mobile","identifierValue":"911"}]}]}},
        "updatedFields":[{"fieldName":"email","currentValue":"a@b.c","source":" KIOSK "},
          {"fieldName":"email","currentValue":"d@b.c","source":"web_2"}]}`,
      ['newShop mobile 911', 'INSTORE mobile 911', 'KIOSK email a@b.c', 'web_2 email d@b.c'],
    ],
    [
      'beside a source that is not documented',
      '{"source":"newShop","mobile":"911"}',
      ['INSTORE mobile 911', 'newShop mobile 911'],
    ],
    [
      'of both customers of a merge, wherever they stand',
      `{"survivor":{"customerIdentifiers":{"customerId":7,"instore":{"mobile":"911"}}},
        "victim":[{"customerIdentifiers":{"customerId":8,"instore":{"mobile":"912"}}}]}`,
      ['7', '8', 'INSTORE mobile 911', 'INSTORE mobile 912'],
    ],
    [
      'of the other customer of a transfer of points, with its accounts',
      `{"customerIdentifiers":{"customerId":7,"instore":{"externalId":"E7"}},
        "transferReceivingCustomerIdentifiers":{"customerId":8,"instore":{"id":9,"mobile":"912"},
          "wechat":{"accounts":[{"accountId":"A","identifiers":[{"identifierType":"mobile","identifierValue":"913"}]}]}}}`,
      ['7', '8', '9', 'INSTORE externalId E7', 'INSTORE mobile 912', 'WECHAT mobile 913'],
    ],
    [
      'of an account, as the published payloads name it',
      `{"customerIdentifiers":{"wechat":{"accounts":[{"accountId":"A","identifiers":[
        {"identifierType":"wechatId","identifierValue":"w1"}]}]}}}`,
      ['WECHAT wechat w1'],
    ],
    [
      'of a list with types',
      '{"profiles":[{"identifiers":[{"type":"mobile","value":"911"},{"value":"x"},5]}]}',
      ['INSTORE mobile 911'],
    ],
    [
      'of a profile, with its source and an account that is empty or not',
      `{"profiles":[{"source":"INSTORE","accountId":"","identifiers":[{"type":"mobile","value":"911"}]},
        {"source":"WECHAT","accountId":"A","identifiers":[{"type":"mobile","value":"912"}]}]}`,
      ['INSTORE mobile 911', 'WECHAT mobile 912'],
    ],
    [
      'of updated fields: previous and current value',
      '{"updatedFields":[{"fieldName":"mobile","previousValue":"4915123456789","currentValue":"4915100000000","source":"INSTORE","fieldType":"StandardField"}]}',
      ['INSTORE mobile 4915123456789', 'INSTORE mobile 4915100000000'],
    ],
    [
      'of updated fields: their source, whatever their account',
      '{"updatedFields":[{"fieldName":"email","previousValue":"a@b.c","currentValue":null,"source":"wechat","accountId":"A"}]}',
      ['WECHAT email a@b.c'],
    ],
    [
      'of updated fields in other words: letter case, separators, values as objects and lists',
      `{"updated_fields":[
        {"FieldName":"External_ID","PreviousValue":{"value":"E1"},"CurrentValue":["E2","E3"]},
        {"fieldName":"card_number","oldValue":"C1","newValue":4.2E1},
        {"fieldName":"firstName","previousValue":"Asha","currentValue":"Bina"},
        {}]}`,
      [
        'INSTORE externalId E1',
        'INSTORE externalId E2',
        'INSTORE externalId E3',
        'INSTORE cardnumber C1',
        'INSTORE cardnumber 4.2E1',
      ],
    ],
    [
      'of updated fields that are an object',
      '{"updatedFields":{"mobile":{"previousValue":"911","currentValue":"912"}}}',
      ['INSTORE mobile 911', 'INSTORE mobile 912'],
    ],
    [
      'beside them',
      '{"mobile":919876543210,"email":"a@b.c","externalId":"E1","cardNumber":"C1","cardExternalId":"X1"}',
      [
        'INSTORE mobile 919876543210',
        'INSTORE email a@b.c',
        'INSTORE externalId E1',
        'INSTORE cardnumber C1',
        'INSTORE cardExternalId X1',
      ],
    ],
    [
      'beside them, in every spelling of the names',
      '{"external_id":"E1","card_number":"C1","cardnumber":"C2","CARD-NUMBER":"C3","card_external_id":"X1","Mobile":"911"}',
      [
        'INSTORE externalId E1',
        'INSTORE cardnumber C1',
        'INSTORE cardnumber C2',
        'INSTORE cardnumber C3',
        'INSTORE cardExternalId X1',
        'INSTORE mobile 911',
      ],
    ],
    [
      'of an updated field with a blank source: INSTORE',
      '{"updatedFields":[{"fieldName":"email","currentValue":"a@b.c","source":" "}]}',
      ['INSTORE email a@b.c'],
    ],
    [
      'that is an id under a source: an id, and an identifier of that source',
      `{"customerIdentifiers":{"instore":{"id":9},"wechat":{"accounts":[{"accountId":"A","identifiers":[
        {"identifierType":"id","identifierValue":77.0}]}]}}}`,
      ['9', '77', 'WECHAT id 77.0'],
    ],
    [
      'beside a source, which may be the event’s own',
      '{"source":"MOBILE_APP","mobile":"911"}',
      ['INSTORE mobile 911', 'MOBILE_APP mobile 911'],
    ],
    [
      'beside a source that is no text: INSTORE',
      '{"a":{"source":null,"mobile":"911"},"b":{"source":{"name":"X"},"email":"a@b.c"}}',
      ['INSTORE mobile 911', 'INSTORE email a@b.c'],
    ],
    [
      'of cardUpdated, which names no customer',
      '{"cardNumber":"CARD-77-0001","previousStatusLabel":"ACTIVE","currentStatusLabel":"SUSPENDED"}',
      ['INSTORE cardnumber CARD-77-0001'],
    ],
    [
      'of members that are texts which hold JSON',
      JSON.stringify({
        customerIdentifiers: '{"customerId":7,"instore":"{\\"mobile\\":911}"}',
        updatedFields: '[{"fieldName":"email","previousValue":"a@b.c"}]',
        entityInformation: '{"entityType":"USER","entityId":8}',
      }),
      ['8', '7', 'INSTORE mobile 911', 'INSTORE email a@b.c'],
    ],
    [
      'of a text that holds a list as JSON, and of the text itself',
      '{"externalId":"[\\"E1\\"]"}',
      ['INSTORE externalId ["E1"]', 'INSTORE externalId E1'],
    ],
    [
      'of a text that only begins as JSON does',
      '{"externalId":"[E1","cardNumber":"{C1}","email":"\\"a\\"@b.c"}',
      ['INSTORE externalId [E1', 'INSTORE cardnumber {C1}', 'INSTORE email "a"@b.c'],
    ],
    [
      'of up to 1024 characters, with the spaces around it',
      `{"mobile":"${'911'.padStart(1024)}","email":"${'a@b.c'.padEnd(1025)}"}`,
      [`INSTORE mobile ${'911'.padStart(1024)}`],
    ],
    ['not of a name with an s in another place', '{"smobile":"911","cardsNumber":"C1"}', []],
    [
      'of members with one name, as sources, values and updated fields',
      `{"customerIdentifiers":{"newShop":{"mobile":"911"},"newShop":{"mobile":"912","mobile":"913"}},
        "updatedFields":[{"fieldName":"email","previousValue":"a@b.c","previousValue":"d@b.c"}],"updatedFields":[]}`,
      [
        'newShop mobile 911',
        'newShop mobile 912',
        'newShop mobile 913',
        'INSTORE mobile 911',
        'INSTORE mobile 912',
        'INSTORE mobile 913',
        'INSTORE email a@b.c',
        'INSTORE email d@b.c',
      ],
    ],
    [
      'of twelve members with one name',
      `{${Array.from({ length: 12 }, (_, n) => `"mobile":"9${n}"`)}}`,
      Array.from({ length: 12 }, (_, n) => `INSTORE mobile 9${n}`),
    ],
    [
      'of members with one name, as types: each value under each type',
      `{"identifiers":[{"type":"mobile","value":"911","type":"email","value":"a@b.c"}],
        "updatedFields":[{"fieldName":"firstname","currentValue":"C1","fieldName":"cardNumber"}]}`,
      [
        'INSTORE mobile 911',
        'INSTORE email 911',
        'INSTORE mobile a@b.c',
        'INSTORE email a@b.c',
        'INSTORE cardnumber C1',
      ],
    ],
    [
      'not of the store and the till that sent the event',
      `{"mobile":"911","enteredBy":{"id":5,"till":{"code":"T1","externalId":"T1"},
        "store":{"code":"S1","externalId":"STORE-1","email":"s1@b.c"}},"stores":[{"externalId":"STORE-2"}],
        "tills":[{"externalId":"T2"}]}`,
      ['INSTORE mobile 911'],
    ],
    [
      'of a customer that stands in a store',
      '{"store":{"externalId":"STORE-1","customer":{"id":7,"mobile":"911"}}}',
      ['7', 'INSTORE mobile 911'],
    ],
    ['no id of anything else, and no source', '{"id":9,"wechat":{"accounts":[]},"type":"mobile","value":"911"}', []],
    ['no null, no boolean and no empty text', '{"mobile":null,"email":true,"externalId":"","cardNumber":[]}', []],
  ])('%s', (_title, data, expected) => {
    expect(namedIn(data)).toEqual(expected);
  });

  test('is read in a list that is longer than the arguments of a call may be', () => {
    const numbers = Array.from({ length: 200_000 }, (_, number) => number);
    expect(read(JSON.stringify({ mobile: numbers })).identifiers).toHaveLength(numbers.length);
  });

  test('is read in the outermost object too', () => {
    expect(namedBy('{"eventName":"e","mobile":"911","data":{}}')).toEqual(['INSTORE mobile 911']);
  });
});

test('any JSON object is read without throwing', () => {
  const names = [
    'body',
    'data',
    'attributes',
    'Message',
    'eventName',
    'eventType',
    'customerId',
    'customerIdentifiers',
    'accounts',
    'identifiers',
    'instore',
    'entityInformation',
    'entityId',
    'updatedFields',
    'fieldName',
    'currentValue',
    'mobile',
    '__proto__',
    'source',
    'customer',
    'id',
    'type',
  ];
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, true, 7, '7', 'mobile', 'USER', '{"customerId":8}', '[[{"mobile":9}]]', '"{}"', ''),
      fc.array(tie('any'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 5 }),
  }));
  fc.assert(
    fc.property(value.object, (event) => {
      const { mode, customerIds } = read(JSON.stringify(event));
      expect(['delete', 'mark-stale']).toContain(mode);
      for (const id of customerIds) expect(id).toMatch(/^(?:0|[1-9]\d*)$/);
    }),
  );
});

describe('B16: an event that nests deeper than the stack', () => {
  const deep = (levels: number, inner: string) => `${'{"a":['.repeat(levels)}${inner}${']}'.repeat(levels)}`;

  test.each([3000, 50_000])('is read although %i levels stand beside it', (levels) => {
    expect(namedIn(`{"nested":${deep(levels, '1')},"customerId":7}`)).toEqual(['7']);
  });

  test.each(['customerId', 'mobile', 'customerIdentifiers', 'entityInformation', 'updatedFields', 'body'])(
    'is read if the part that is too deep stands as %s',
    (name) => {
      const lists = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
      const accounts = `${'{"accounts":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
      for (const tooDeep of [deep(50_000, '1'), lists, accounts]) {
        expect(namedIn(`{"${name}":${tooDeep},"userId":7}`)).toContain('7');
      }
    },
  );

  test('is ignored below a depth that no documented event reaches', () => {
    expect(namedIn(deep(10, '{"customerId":7}'))).toEqual(['7']);
    expect(namedIn(deep(100, '{"customerId":7}'))).toEqual([]);
    expect(namedBy(`${'{"body":'.repeat(50)}{"eventName":"e","customerId":7}${'}'.repeat(50)}`)).toEqual([]);
    const within = (levels: number) => namedBy(`${'{"a":'.repeat(levels)}{"customerId":7}${'}'.repeat(levels)}`);
    expect([within(32), within(33)]).toEqual([['7'], []]);
  });
});
