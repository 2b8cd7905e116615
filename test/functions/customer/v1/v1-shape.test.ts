import { describe, expect, test } from '@jest/globals';
import { IDENTIFIER_NAMES, type IdentifierName } from '../../../../functions/customer/identifier/identifier-name.ts';
import { isArray, isObject, type Json, parseObject, writeJson } from '../../../../functions/customer/json/json.ts';
import { isAboutSubject } from '../../../../functions/customer/reply/identity.ts';
import { compileProjection } from '../../../../functions/customer/reply/projection.ts';
import { V1_SECTION_FLAGS } from '../../../../functions/customer/v1/v1-parameters.ts';
import { readV1Request } from '../../../../functions/customer/v1/v1-request.ts';
import {
  contentOf,
  customerOf,
  customersOf,
  errorOf,
  itemWarningsOf,
  listIdentifiers,
  mapCustomers,
  narrow,
  trim,
} from '../../../../functions/customer/v1/v1-shape.ts';
import { TILL_PROFILE_V1 } from '../../../../functions/settings/till-profile.ts';
import { fc, runs } from '../../../support/properties.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const TILL = compileProjection(TILL_PROFILE_V1);

const askedBy = async (query: string) => {
  const parameters: [string, string][] = [['id', '1'], ...new URLSearchParams(query)];
  return (await readV1Request(parameters, undefined, DEFAULT_READING)).request.askedSections;
};
const trimmed = async (reply: string, query = '', projection = TILL) =>
  writeJson(trim(parseObject(reply), projection, await askedBy(query)));
const narrowed = (reply: string, fields: string) => writeJson(narrow(parseObject(reply), compileProjection(fields)));

const ITEM_STATUS = '"item_status":{"success":"true","code":1000,"message":"found","warnings":""}';
const WHO =
  '"firstname":"Neha","lastname":"","mobile":"919876543210","email":"neha@example.com","external_id":null,' +
  '"lifetime_points":12.50,"lifetime_purchases":"1.234567825E7","loyalty_points":9007199254740993,' +
  '"current_slab":"Gold","type":"loyalty","registered_store":{"code":"S1","name":"Made-up store"},' +
  '"registered_till":{"code":"T1","name":"Made-up till"},"user_id":566881933,' +
  '"coupons":{"coupon":[{"code":"0012","valid_till":"2027-01-01"}]}';
const NOT_ASKED_FOR =
  '"registered_on":"2025-01-01 00:00:00","updated_on":"","source":"instore","registered_by":"till.demo",' +
  '"custom_fields":{"field":[]},"extended_fields":{"field":[{"name":"dob","value":"x"}]},' +
  '"fraud_details":{"status":"NONE"},"transactions":{"transaction":[{"number":"1","amount":"5.00"}]},"undocumented":1';
const STATUS = '"status":{"success":"true","code":"200","message":"ok","total":"1","success_count":"1"}';

const inCustomers = (customer: string) => `{${STATUS},"customers":{"customer":${customer}}}`;
const inArray = (members: string) => `{"response":${inCustomers(`[{${members}}]`)}}`;
const WHOLE = inArray(`${WHO},${NOT_ASKED_FOR},${ITEM_STATUS}`);

describe('the till’s profile of v1.1', () => {
  test('keeps identity, tier, points, coupons, store and till, with every digit, and drops everything else', async () => {
    expect(await trimmed(WHOLE)).toBe(inArray(`${WHO},${ITEM_STATUS}`));
  });

  test.each(V1_SECTION_FLAGS)('drops %s, if it was not requested, except store and till', async (flag) => {
    const isKept = flag === 'registered_store' || flag === 'registered_till';
    const section = `"${flag}":{"a":[{"b":1.50}]}`;
    expect(await trimmed(inArray(section))).toBe(inArray(isKept ? section : ''));
    expect(await trimmed(inArray(section), `${flag}=false`)).toBe(inArray(isKept ? section : ''));
  });

  test.each(V1_SECTION_FLAGS)('keeps %s whole, if it was requested', async (flag) => {
    const section = `"${flag}":{"a":[{"b":1.50}],"c":""}`;
    expect(await trimmed(inArray(section), `${flag}=true`)).toBe(inArray(section));
    expect(await trimmed(inArray(section), `${flag}=true`, compileProjection('firstname'))).toBe(inArray(section));
  });

  test('keeps the criteria of a tier upgrade under either name', async () => {
    const sections = '"tier_update_criteria":{"a":1},"tier_upgrade_criteria":{"a":2}';
    expect(await trimmed(inArray(sections), 'tier_upgrade_criteria=true')).toBe(inArray(sections));
    expect(await trimmed(inArray(sections), 'slab_history=true')).toBe(inArray(''));
  });

  test.each([
    'transactions=true',
    'number=1',
    'store_code=S',
    'till_code=T',
    'amount=1',
    'date=2026-01-01',
    'type=ALL',
    'tenders=true',
    'credit_notes=true',
  ])('keeps the transactions, and no other documented section, by %s', async (query) => {
    const transactions = '"transactions":{"transaction":[{"number":"1","amount":"5.00"}]}';
    const reply = inArray(`${transactions},"fraud_details":{},"custom_fields":{},"registered_on":"x"`);
    expect(await trimmed(reply, query)).toBe(inArray(transactions));
    expect(await trimmed(reply, 'coupon_limit=1&tenders=false&credit_notes=false&transactions=false')).toBe(
      inArray(''),
    );
  });

  test.each([
    'coupon_limit=1',
    'coupon_offset=1',
    'coupon_offer=0',
    'coupon_order_by=created_by',
    'coupon_sort_order=asc',
    'coupon_active=true',
    'coupon_active=false',
    'coupon_org_entity_type=x',
    'coupon_org_entity_value=x',
    'coupon_status=x',
  ])('with a projection without coupons keeps them whole by %s', async (query) => {
    const coupons = '"coupons":{"coupon":[{"code":"0012"}]}';
    const projection = compileProjection('firstname,coupons/coupon/id');
    const reply = inArray(`${coupons},"transactions":[]`);
    expect(await trimmed(reply, query, projection)).toBe(inArray(coupons));
    expect(await trimmed(reply, 'date=2026-01-01', projection)).toBe(
      inArray('"coupons":{"coupon":[{}]},"transactions":[]'),
    );
    expect(await trimmed(reply, '', compileProjection('firstname'))).toBe(inArray(''));
  });

  test('keeps members that are not documented if a section was requested, and drops them otherwise', async () => {
    expect(await trimmed(WHOLE, 'mlp=true')).toBe(inArray(`${WHO},"undocumented":1,${ITEM_STATUS}`));
    expect(await trimmed(WHOLE, 'basic=true')).toBe(inArray(`${WHO},${ITEM_STATUS}`));
    expect(await trimmed(WHOLE, 'coupon_limit=1')).toBe(inArray(`${WHO},${ITEM_STATUS}`));
  });

  test('keeps no documented member that was not requested beside a section', async () => {
    const documented = [
      'firstname',
      'lastname',
      'mobile',
      'email',
      'external_id',
      'lifetime_points',
      'lifetime_purchases',
      'loyalty_points',
      'current_slab',
      'registered_on',
      'updated_on',
      'type',
      'source',
      'registered_by',
      'user_id',
      'custom_fields',
      'extended_fields',
      'coupons',
      'tier_update_criteria',
      ...V1_SECTION_FLAGS.filter((flag) => flag !== 'segments'),
    ];
    const members = documented.map((name) => `"${name}":"x"`).join(',');
    expect(await trimmed(inArray(members), 'segments=true', compileProjection('x'))).toBe(inArray(''));
  });

  test.each([
    ['wrapped, in an array', inArray],
    ['wrapped, an object', (members: string) => `{"response":${inCustomers(`{${members}}`)}}`],
    ['not wrapped, in an array', (members: string) => inCustomers(`[{${members}}]`)],
    ['not wrapped, an object', (members: string) => inCustomers(`{${members}}`)],
    ['without a status', (members: string) => `{"response":{"customers":{"customer":[{${members}}]}}}`],
    ['wrapped, the list itself', (members: string) => `{"response":{${STATUS},"customers":[{${members}}]}}`],
    ['not wrapped, the list itself', (members: string) => `{"customers":[{${members}}],${STATUS}}`],
    ['customers before the status', (members: string) => `{"customers":{"customer":[{${members}}]},${STATUS}}`],
  ] as const)('comes in the loose types of the reply: %s', async (_title, wrap) => {
    const reply = parseObject(wrap(`${WHO},${NOT_ASKED_FOR},${ITEM_STATUS}`));
    const asked = await askedBy('');
    expect(trim(reply, TILL, asked)).toEqual(parseObject(wrap(`${WHO},${ITEM_STATUS}`)));
    expect(narrow(reply, compileProjection('firstname'))).toEqual(
      parseObject(wrap(`"firstname":"Neha",${ITEM_STATUS}`)),
    );
    expect(trim(reply, compileProjection('*'), asked)).toBe(reply);
  });

  test('drops members beside status and customers, and values with a wrong type in their place', async () => {
    expect(
      await trimmed(`{"trace":"x","response":{"trace":"x",${STATUS},"customers":{"count":1,"customer":[]}}}`),
    ).toBe(`{"response":{${STATUS},"customers":{"customer":[]}}}`);
    expect(await trimmed('{"response":{"status":"all is well","customers":{"customer":["Neha",{},7]}}}')).toBe(
      '{"response":{"customers":{"customer":[{}]}}}',
    );
    expect(await trimmed('{"response":{"customers":null}}')).toBe('{"response":{}}');
    expect(await trimmed('{"response":{"customers":"Neha"}}')).toBe('{"response":{}}');
    expect(await trimmed('{"response":["Neha"],"firstname":"Neha"}')).toBe('{}');
    expect(await trimmed('{"customers":{"count":0}}')).toBe('{"customers":{}}');
    expect(await trimmed('{"customers":{"customer":"Neha"}}')).toBe('{"customers":{"customer":[]}}');
  });

  test('of a batch trims each customer', async () => {
    const reply = inCustomers(`[{"firstname":"A","source":"x"},{"firstname":"B","source":"x",${ITEM_STATUS}}]`);
    expect(await trimmed(reply)).toBe(inCustomers(`[{"firstname":"A"},{"firstname":"B",${ITEM_STATUS}}]`));
  });
});

describe('fields', () => {
  const COUPONS = '"coupons":{"coupon":[{"code":"0012","id":1.50}]}';
  const reply = inArray(`"firstname":"Neha","email":"",${COUPONS},${ITEM_STATUS}`);

  test.each([
    ['firstname', inArray(`"firstname":"Neha",${ITEM_STATUS}`)],
    ['nobody', inArray(ITEM_STATUS)],
    ['coupons/coupon/id', inArray(`"coupons":{"coupon":[{"id":1.50}]},${ITEM_STATUS}`)],
    ['item_status/code', inArray(ITEM_STATUS)],
    ['*/coupon/code', inArray(`"coupons":{"coupon":[{"code":"0012"}]},${ITEM_STATUS}`)],
    ['*', reply],
    ['*,firstname', reply],
    ['response', reply],
    ['response/*', reply],
    ['status,customers', reply],
    ['response/customers/customer/firstname', '{"response":{"customers":{"customer":[{"firstname":"Neha"}]}}}'],
    ['customers/customer/firstname', '{"response":{"customers":{"customer":[{"firstname":"Neha"}]}}}'],
    [
      'customers(customer(email,item_status/code))',
      '{"response":{"customers":{"customer":[{"email":"","item_status":{"code":1000}}]}}}',
    ],
    [
      'response(status/code,customers/customer/email)',
      '{"response":{"status":{"code":"200"},"customers":{"customer":[{"email":""}]}}}',
    ],
    ['customers/*/firstname', '{"response":{"customers":{"customer":[{"firstname":"Neha"}]}}}'],
    ['status', `{"response":{${STATUS},"customers":{"customer":[{}]}}}`],
    ['response/status/code', '{"response":{"status":{"code":"200"},"customers":{"customer":[{}]}}}'],
    ['firstname,status', `{"response":{${STATUS},"customers":{"customer":[{"firstname":"Neha"}]}}}`],
    ['email,customers/customer/firstname', '{"response":{"customers":{"customer":[{"firstname":"Neha","email":""}]}}}'],
    ['customers/nobody', '{"response":{"customers":{"customer":[{}]}}}'],
  ])('%s', (fields, kept) => {
    expect(narrowed(reply, fields)).toBe(kept);
  });

  test('that begin at the top mean the same if the reply has no wrapper', () => {
    const bare = writeJson(contentOf(parseObject(reply)));
    for (const fields of ['response/customers/customer/firstname', 'customers/customer/firstname']) {
      expect(narrowed(bare, fields)).toBe('{"customers":{"customer":[{"firstname":"Neha"}]}}');
    }
    expect(narrowed(bare, 'response/status/code')).toBe('{"status":{"code":"200"},"customers":{"customer":[{}]}}');
  });

  test('that begin at the top name no member of a customer', () => {
    const same = inArray('"status":"gold","customers":7,"response":"yes","firstname":"Neha"');
    expect(narrowed(same, 'status')).toBe(`{"response":{${STATUS},"customers":{"customer":[{}]}}}`);
    expect(narrowed(same, 'customers/customer/status')).toBe(
      '{"response":{"customers":{"customer":[{"status":"gold"}]}}}',
    );
  });

  test('of a caller show no more than its class may see', () => {
    const within = compileProjection('firstname,coupons/coupon/id');
    const seen = (fields: string) => writeJson(narrow(parseObject(reply), { ...compileProjection(fields), within }));
    expect(seen('firstname,email')).toBe(inArray(`"firstname":"Neha",${ITEM_STATUS}`));
    expect(seen('coupons')).toBe(inArray(`"coupons":{"coupon":[{"id":1.50}]},${ITEM_STATUS}`));
    expect(seen('*')).toBe(inArray(`"firstname":"Neha","coupons":{"coupon":[{"id":1.50}]},${ITEM_STATUS}`));
    expect(seen('email')).toBe(inArray(ITEM_STATUS));
  });

  test('of the deployment that begin at the top keep a requested section whole', async () => {
    const projection = compileProjection('response(status,customers/customer/firstname)');
    expect(await trimmed(reply, 'coupon_limit=1', projection)).toBe(inArray(`"firstname":"Neha",${COUPONS}`));
    expect(await trimmed(reply, '', projection)).toBe(inArray('"firstname":"Neha"'));
  });
});

/** Arbitrary JSON with names that have a meaning in v1.1. */
const names = fc.constantFrom(
  'response',
  'status',
  'customers',
  'customer',
  'item_status',
  'user_id',
  'mobile',
  'card_details',
  'card',
  'card_number',
  'coupons',
  'code',
  'message',
  'firstname',
  'errors',
  '__proto__',
  'constructor',
  'mlp',
);
const hostile = fc
  .letrec<{ value: unknown; object: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 7, depthSize: 'large' },
      fc.constantFrom(null, true, '', 'Neha', '7', 7, 1.5, 'true'),
      tie('object'),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
    object: fc.oneof(
      fc.dictionary(names, tie('value'), { maxKeys: 5 }),
      fc.record({ response: tie('value') }),
      fc.record({ customers: fc.record({ customer: tie('value') }) }),
      fc.record({ customers: tie('value'), status: tie('value') }),
    ),
  }))
  .object.map((value) => parseObject(JSON.stringify(value)));

/** Every text, number and name in it. */
function leavesOf(value: Json): readonly string[] {
  if (isArray(value)) return value.flatMap(leavesOf);
  if (!isObject(value)) return [writeJson(value)];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...leavesOf(inner)]);
}

describe('a reply of any other shape', () => {
  const projections = fc
    .constantFrom(TILL_PROFILE_V1, '*', 'response', 'response/customers/customer/code', 'customers', 'status', '*/code')
    .map(compileProjection);
  const asked = fc.record({ names: fc.subarray(['mlp', 'coupons']), includesUnknown: fc.boolean() });

  test('never makes the trimming throw, and never adds anything', () => {
    fc.assert(
      fc.property(
        hostile,
        projections,
        asked,
        fc.constantFrom(...IDENTIFIER_NAMES),
        (reply, projection, sections, name) => {
          const profile = trim(reply, projection, sections);
          expect(leavesOf(profile).filter((leaf) => !leavesOf(reply).includes(leaf))).toEqual([]);
          expect(isObject(narrow(profile, projection))).toBe(true);
          expect(Array.isArray(listIdentifiers(reply, name))).toBe(true);
          expect(isObject(customerOf(reply))).toBe(true);
          expect(Object.keys(errorOf(reply))).toEqual(['code', 'message']);
          expect(customersOf(profile).length).toBe(customersOf(reply).length);
        },
      ),
      runs(1000),
    );
  });

  test('does not change if it is trimmed twice', () => {
    fc.assert(
      fc.property(hostile, projections, asked, (reply, projection, sections) => {
        const once = trim(reply, projection, sections);
        expect(writeJson(trim(once, projection, sections))).toBe(writeJson(once));
      }),
      runs(1000),
    );
  });
});

describe('the customers of a reply', () => {
  test.each([
    ['{}', '[]'],
    ['{"response":{"customers":{"customer":[]}}}', '[]'],
    ['{"response":{"customers":{"customer":{"user_id":1}}}}', '[{"user_id":1}]'],
    ['{"customers":{"customer":[{"user_id":1},"x",{"user_id":2}]}}', '[{"user_id":1},{"user_id":2}]'],
    ['{"response":null,"customers":{"customer":{"user_id":1}}}', '[{"user_id":1}]'],
    ['{"response":{},"customers":{"customer":{"user_id":1}}}', '[]'],
    ['{"customers":[{"user_id":1},"x"]}', '[{"user_id":1}]'],
    ['{"response":{"customers":[]}}', '[]'],
  ])('of %s are %s', (reply, customers) => {
    expect(writeJson(customersOf(parseObject(reply)) as Json)).toBe(customers);
    const [first] = customersOf(parseObject(reply));
    expect(customerOf(parseObject(reply))).toEqual(first ?? {});
  });

  test('are changed where they stand', () => {
    const change = (reply: string) =>
      writeJson(
        mapCustomers(
          parseObject(reply),
          () => 'S',
          ({ user_id: id = null }) => ({ id }),
        ),
      );
    expect(change('{"response":{"status":1,"customers":{"customer":{"user_id":1}}}}')).toBe(
      '{"response":{"status":"S","customers":{"customer":{"id":1}}}}',
    );
    expect(change('{"customers":{"customer":[{"user_id":1}]}}')).toBe('{"customers":{"customer":[{"id":1}]}}');
  });
});

describe('the warnings of a customer’s status', () => {
  const WARNING = '{"code":1013,"message":"late"}';

  test.each([
    [`{"warnings":{"warning":[${WARNING},"x"]}}`, `[${WARNING},"x"]`],
    [`{"warnings":{"warning":${WARNING}}}`, `[${WARNING}]`],
    [`{"warnings":[${WARNING}]}`, `[${WARNING}]`],
    [`{"warnings":{"field":[${WARNING}]}}`, `[${WARNING}]`],
    [`{"warnings":{"field":${WARNING}}}`, `[${WARNING}]`],
    [`{"warnings":${WARNING}}`, `[${WARNING}]`],
    [`{"warnings":[{"warning":${WARNING}},[${WARNING}]]}`, `[${WARNING},${WARNING}]`],
    [`{"warnings":{"a":{"b":[{"c":${WARNING}}]}}}`, `[${WARNING}]`],
    [`{"warnings":${'{"a":'.repeat(9)}${WARNING}${'}'.repeat(9)}}`, '[]'],
    ['{"warnings":[8062]}', '[8062]'],
    ['{"warnings":[{"warning":[{}]},[""]]}', '[]'],
    ['{"warnings":{"field":[]}}', '[]'],
    ['{"warnings":{"field":[{}]}}', '[]'],
    ['{"warnings":{"warning":[]}}', '[]'],
    ['{"warnings":{"warning":""}}', '[]'],
    ['{"warnings":{"warning":null}}', '[]'],
    ['{"warnings":{}}', '[]'],
    ['{"warnings":[]}', '[]'],
    ['{"warnings":""}', '[]'],
    ['{"warnings":null}', '[]'],
    ['{}', '[]'],
  ])('of %s are %s', (status, warnings) => {
    expect(writeJson(itemWarningsOf(parseObject(status)))).toBe(warnings);
  });
});

describe('the content of an error reply', () => {
  test.each([
    [
      '{"response":{"status":{"code":500,"message":"all"},"customers":{"customer":[{"item_status":{"code":"1012","message":"not found"}}]}}}',
      '"1012"',
      '"not found"',
    ],
    ['{"status":{"code":500,"message":"all"},"customers":{"customer":[]}}', '500', '"all"'],
    ['{"status":{"code":500,"message":"all"},"customers":{"customer":[{"item_status":null}]}}', '500', '"all"'],
    ['{"status":{"code":500,"message":"all"},"customers":{"customer":[{"item_status":""}]}}', '500', '"all"'],
    ['{"status":{"code":500,"message":"all"},"customers":{"customer":{"item_status":[]}}}', '500', '"all"'],
    ['{"status":{"message":"all"}}', 'null', '"all"'],
    ['{"status":{"code":500}}', '500', 'null'],
    ['{"errors":[{"code":8015,"message":"v2"}]}', '8015', '"v2"'],
    ['{"errors":[]}', 'null', 'null'],
    ['{"errors":["in its own words"]}', 'null', 'null'],
    ['{"response":{"message":"alone"}}', 'null', '"alone"'],
    ['{}', 'null', 'null'],
  ])('%s', (reply, code, message) => {
    expect(writeJson({ ...errorOf(parseObject(reply)) })).toBe(`{"code":${code},"message":${message}}`);
  });
});

describe('the customer that a reply is about', () => {
  const CARDS = '[{"card_number":"1234 5678","card_external_id":"X1"},{"card_number":99}]';

  test.each<[IdentifierName, string, unknown[]]>([
    ['id', '"user_id":566881933', [566881933]],
    ['mobile', '"mobile":"919876543210"', ['919876543210']],
    ['email', '"email":""', ['']],
    ['externalId', '"external_id":"E1"', ['E1']],
    ['cardnumber', `"card_details":{"card":${CARDS}}`, ['1234 5678', 99]],
    ['cardnumber', `"card_details":${CARDS}`, ['1234 5678', 99]],
    ['cardnumber', '"card_details":{"card":{"card_number":"1"}}', ['1']],
    ['cardnumber', `"card_details":{"field":${CARDS}}`, ['1234 5678', 99]],
    ['cardnumber', '"card_details":{"field":{"card_number":"1"}}', ['1']],
    ['cardnumber', '"card_details":{"card_number":"1","brand":{"card_number":"2"}}', ['1']],
    ['cardnumber', `"card_details":{"cards":{"card":${CARDS}}}`, ['1234 5678', 99]],
    ['cardnumber', '"card_details":[{"card":{"card_number":"1"}},{"card_number":"2"}]', ['1', '2']],
    ['cardnumber', `"card_details":${'{"a":'.repeat(9)}{"card_number":"1"}${'}'.repeat(9)}`, []],
    ['cardExternalId', '"card_details":{"card_external_id":"X1"}', ['X1']],
    ['cardnumber', '"card_details":{"field":[]}', []],
    ['cardnumber', '"card_details":"","card_number":"1"', []],
    ['cardExternalId', `"card_details":${CARDS}`, ['X1', null]],
    ['wechat', '"wechat":"x"', []],
    ['wechat', `"card_details":${CARDS}`, []],
    ['fbId', '"fbId":"x"', []],
    ['martjackId', '"martjackId":"x"', []],
  ])('lists %s of {%s} as %j', (name, members, listed) => {
    expect(JSON.parse(JSON.stringify(listIdentifiers(parseObject(inArray(members)), name)))).toEqual(listed);
  });

  const isAbout = async (query: string, members: string) => {
    const { request } = await readV1Request(new URLSearchParams(query), undefined, DEFAULT_READING);
    if (request.subject === undefined) throw new Error('There is no subject.');
    return isAboutSubject('v1.1', parseObject(inArray(members)), request.subject, DEFAULT_READING);
  };

  test.each([
    ['mobile=9876543210', '"mobile":"919876543210"', true],
    ['mobile=9876543210', '"mobile":"9876543210"', true],
    ['mobile=9876543210', '"mobile":919876543210', true],
    ['mobile=%2B447911123456', '"mobile":"447911123456"', true],
    ['mobile=9876543210', '"mobile":"919876543211"', false],
    ['mobile=9876543210', '"mobile":""', true],
    ['mobile=9876543210', '"mobile":null', true],
    ['mobile=9876543210', '"mobile":" "', true],
    ['mobile=9876543210', '"email":"a@b.example"', true],
    ['mobile=9876543210', '"mobile":"nobody"', false],
    ['email=Neha@example.com', '"email":"NEHA@example.com"', true],
    ['email=Neha@example.com', '"email":"other@example.com"', false],
    ['external_id=E1', '"external_id":"E1"', true],
    ['external_id=E1', '"external_id":"e1"', true],
    ['external_id=E1', '"external_id":"E2"', false],
    ['mobile=9876543210', '"mobile":9.1987654321E11', true],
    ['mobile=9876543210', '"mobile":9.1987654322E11', false],
    ['id=7', '"user_id":7.0', true],
    ['id=007', '"user_id":"7"', true],
    ['id=7', '"user_id":7', true],
    ['id=7', '"user_id":"7"', true],
    ['id=7', '"user_id":"8"', false],
    ['card_number=12345678', `"card_details":{"card":${CARDS}}`, true],
    ['card_number=99', `"card_details":{"card":${CARDS}}`, true],
    ['card_number=98', `"card_details":{"card":${CARDS}}`, false],
    ['card_number=98', `"card_details":{"field":${CARDS}}`, false],
    ['card_number=98', `"card_details":[{"card":${CARDS}}]`, false],
    ['card_number=98', '"card_details":{"card_number":"99"}', false],
    ['card_number=98', '"card_details":{"card":[]}', true],
    ['card_number=1234567890123456', '"card_details":[{"card_number":1234567890123456}]', true],
    ['card_number=1234567890123456', '"card_details":[{"card_number":1.234567890123456E15}]', true],
    ['card_number=1234567890123456', '"card_details":[{"card_number":"1.234567890123456E15"}]', true],
    ['card_number=12345678', '"card_details":[{"card_number":12345678.0}]', true],
    ['card_number=1234567890123457', '"card_details":[{"card_number":1.234567890123456E15}]', false],
    ['card_number=123', '"card_details":[{"card_number":"00123"}]', false],
    ['external_id=100000', '"external_id":"1E5"', false],
    ['external_id=100000', '"external_id":1E5', true],
    ['external_id=100000', '"external_id":100000.0', true],
    ['external_id=100001', '"external_id":1E5', false],
    ['external_id=100000.0', '"external_id":100000.0', true],
    ['card_external_id=100000', '"card_details":[{"card_external_id":1E5}]', true],
    ['card_external_id=X1', `"card_details":${CARDS}`, true],
    ['card_external_id=X2', `"card_details":${CARDS}`, false],
  ])('by %s, {%s}: %j', async (query, members, expected) => {
    expect(await isAbout(query, members)).toBe(expected);
  });
});
