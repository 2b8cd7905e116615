import { describe, expect, test } from '@jest/globals';
import { JOINED_EMBEDS } from '../../../../functions/customer/joined/joined-embed.ts';
import { joinSections, sectionsAlone, withoutSections } from '../../../../functions/customer/joined/joined-reply.ts';
import {
  isArray,
  isObject,
  type Json,
  parseJson,
  parseObject,
  writeJson,
} from '../../../../functions/customer/json/json.ts';
import type { JoinedSection } from '../../../../functions/customer/request/canonical-request.ts';
import { supplementOf } from '../../../../functions/customer/v1/v1-request.ts';
import { fc, runs } from '../../../support/properties.ts';

const SUBJECT = { identifier: { name: 'id', value: '1' }, sent: '1', isKeyed: true } as const;
const sectionsOf = (...embeds: string[]) => supplementOf(SUBJECT, embeds).sections;
const ALL = sectionsOf(...JOINED_EMBEDS);

const v1 = (members: string) => parseObject(`{"response":{"customers":{"customer":[{${members}}]}}}`);

/** A section of v1.1's reply, as it joins. */
function joined(embed: string, member: string, value: string): string {
  const { [embed]: section = 'missing' } = joinSections({}, v1(`"${member}":${value}`), sectionsOf(embed));
  return writeJson(section);
}

describe('a list', () => {
  const lists = [
    ['coupons', 'coupons', 'coupon'],
    ['slabHistory', 'slab_history', 'history'],
  ] as const;

  test.each(lists)('of %s is a list, in every form that v1.1 uses', (embed, member, inner) => {
    const one = '{"code":"A"}';
    for (const [value, list] of [
      [`{"${inner}":[${one},{"code":"B"}]}`, `[${one},{"code":"B"}]`],
      [`{"${inner}":[${one}]}`, `[${one}]`],
      [`{"${inner}":${one}}`, `[${one}]`],
      [`[${one}]`, `[${one}]`],
      [`{"${inner}":[${one}],"total":"1"}`, `[${one}]`],
      ['{"code":"A","series_id":"61"}', '[{"code":"A","series_id":61}]'],
      ['{"code":"A","used":[1],"left":[2]}', '[{"code":"A","used":[1],"left":[2]}]'],
      ['["A","1","0",true,false]', '["A",1,0,true,false]'],
    ]) {
      expect(joined(embed, member, value ?? '')).toBe(list);
    }
  });

  test.each(lists)('of %s is empty by each of v1.1’s empties', (embed, member, inner) => {
    const empties = ['""', '[]', 'null', '{"field":[]}', '{}', '"none"', '7', 'false'];
    for (const empty of empties) expect(joined(embed, member, empty)).toBe('[]');
    for (const empty of empties) expect(joined(embed, member, `{"${inner}":${empty}}`)).toBe('[]');
    expect(writeJson(joinSections({}, v1(''), sectionsOf(embed)))).toBe(`{"${embed}":[]}`);
  });

  test('leaves out empty elements', () => {
    for (const empty of ['""', 'null', '{"field":[]}']) {
      expect(joined('coupons', 'coupons', `{"coupon":[${empty},{"code":"A"},${empty}]}`)).toBe('[{"code":"A"}]');
    }
  });
});

describe('an object', () => {
  const objects = [
    ['ndncStatus', 'ndnc_status'],
    ['optinStatus', 'optin_status'],
    ['registeredStore', 'registered_store'],
    ['registeredTill', 'registered_till'],
    ['retentionCriteria', 'membership_retention_criteria'],
    ['tierUpgradeCriteria', 'tier_update_criteria'],
    ['tierUpgradeCriteria', 'tier_upgrade_criteria'],
  ] as const;

  test.each(objects)('%s comes from %s', (embed, member) => {
    expect(joined(embed, member, '{"a":{"b":"x"}}')).toBe('{"a":{"b":"x"}}');
    expect(joined(embed, member, '[{"b":"x"}]')).toBe('[{"b":"x"}]');
  });

  test.each(objects)('%s is null by each of v1.1’s empties of %s', (embed, member) => {
    for (const empty of ['""', '[]', 'null', '{"field":[]}']) expect(joined(embed, member, empty)).toBe('null');
    expect(writeJson(joinSections({}, v1(''), sectionsOf(embed)))).toBe(`{"${embed}":null}`);
  });

  test('of two names, the first that exists counts', () => {
    const both = v1('"tier_upgrade_criteria":{"a":1},"tier_update_criteria":{"a":2}');
    expect(writeJson(joinSections({}, both, sectionsOf('tierUpgradeCriteria')))).toBe(
      '{"tierUpgradeCriteria":{"a":2}}',
    );
  });
});

describe('a value', () => {
  const inStore = (value: string, name = 'a') => {
    const [member] = Object.values(parseObject(joined('registeredStore', 'registered_store', `{"${name}":${value}}`)));
    return writeJson(member ?? null);
  };

  test.each([
    ['"true"', 'true'],
    ['"false"', 'false'],
    ['"TRUE"', 'true'],
    ['"False"', 'false'],
    ['true', 'true'],
    ['""', 'null'],
    ['null', 'null'],
    ['{"field":[]}', 'null'],
    ['{"field":[1]}', '{"field":[1]}'],
    ['{"field":[],"b":1}', '{"field":[],"b":1}'],
    ['[]', '[]'],
    ['{}', '{}'],
    ['"x"', '"x"'],
    ['"truely"', '"truely"'],
    ['" "', '" "'],
  ])('%s is %s', (value, written) => {
    expect(inStore(value)).toBe(written);
  });

  test.each([
    '0',
    '7',
    '-7',
    '221350.000',
    '-0.50',
    '1.234567825E7',
    '1e-7',
    '1E+2',
    '1E10',
    '9007199254740993',
    '9223372036854775807',
    '123456789012345678901234567890.10',
    '0.0',
    '10',
  ])('"%s" is a number with its digits, as text and as number', (digits) => {
    expect(inStore(`"${digits}"`)).toBe(digits);
    expect(inStore(digits)).toBe(digits);
    expect(inStore(`[{"deep":"${digits}"}]`)).toBe(`[{"deep":${digits}}]`);
  });

  test.each([
    '0012',
    '+7',
    '.5',
    '5.',
    '1,250',
    '0x10',
    '1e',
    'Infinity',
    'NaN',
    '--1',
    '1 ',
    ' 1',
    '2026-01-01',
    '1_000',
    '٧',
    '2025-01-31 10:00:00',
    '-',
    '01.5',
    '1.2.3',
    'e5',
    '-.5',
    '7a',
    'a7',
    '1E7x',
  ])('%j is not a number', (text) => {
    expect(inStore(JSON.stringify(text))).toBe(JSON.stringify(text));
  });

  test.each([
    'code',
    'series_code',
    'number',
    'transaction_number',
    'card_number',
    'name',
    'store_name',
    'description',
    'message',
    'mobile',
    'phone',
    'email',
    'external_id',
    'card_external_id',
    'label',
    'reason',
    'created_by',
    'status',
    'value',
    'org_entity_value',
    'CODE',
    'couponCode',
    'barcode',
    'pincode',
    'firstname',
    'firstName',
    'from_slab',
    'to_slab',
    'slab',
    'currentSlab',
    'title',
    'program_title',
    'issued_at',
    'redeemed_at',
    'bill_no',
  ])('%s holds words, even if they look like numbers', (name) => {
    for (const text of ['0012', '12', '1.50', 'true', 'False', '1E5', '919876543210']) {
      expect(inStore(JSON.stringify(text), name)).toBe(JSON.stringify(text));
      expect(inStore(`[${JSON.stringify(text)}]`, name)).toBe(`[${JSON.stringify(text)}]`);
    }
    expect(inStore('""', name)).toBe('null');
    expect(inStore('12.50', name)).toBe('12.50');
    expect(inStore('{"a":"12"}', name)).toBe('{"a":12}');
  });

  test.each([
    'id',
    'series_id',
    'discount_value',
    'codes',
    'named',
    'value_added',
    'points',
    'number_of_visits',
    'status_id',
    'slab_bonus',
    'at',
    'no',
    'bonus_at_entry',
  ])('%s is not a name of words', (name) => {
    expect(inStore('"12.50"', name)).toBe('12.50');
  });

  test('that nests deeper than anything of the upstream is cut there, and nothing throws', () => {
    const deep = `${'['.repeat(1000)}${']'.repeat(1000)}`;
    expect(inStore(deep)).toMatch(/^\[{10,100}null\]{10,100}$/);
    expect(joined('coupons', 'coupons', deep)).toMatch(/^\[.*\]$/);
    expect(joined('coupons', 'coupons', `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`)).toMatch(/^\[.*\]$/);
  });

  test.each(['is_active', 'has_card', 'IS_ACTIVE'])('of %s, 1 and 0 are true and false', (name) => {
    for (const [written, flag] of [
      ['"1"', 'true'],
      ['"0"', 'false'],
      ['1', 'true'],
      ['0', 'false'],
      ['"true"', 'true'],
      ['"2"', '2'],
      ['""', 'null'],
      ['"10"', '10'],
      ['"1.0"', '1.0'],
    ]) {
      expect(inStore(written ?? '', name)).toBe(flag);
    }
  });

  test.each(['a', 'island', 'this_is', 'issued', 'history_has_card'])('of %s, 1 and 0 are numbers', (name) => {
    expect(inStore('"1"', name)).toBe('1');
    expect(inStore('0', name)).toBe('0');
  });

  test('of the opt-in, 1 and 0 are true and false throughout', () => {
    expect(
      joined('optinStatus', 'optin_status', '{"sms":"1","email":0,"deep":[{"code":"1","x":"2"}],"wa":"false"}'),
    ).toBe('{"sms":true,"email":false,"deep":[{"code":true,"x":2}],"wa":false}');
    expect(joined('ndncStatus', 'ndnc_status', '{"sms":"1"}')).toBe('{"sms":1}');
  });

  test.each(['sms', 'email', 'mobile', 'phone', 'code'])('of the opt-in, %s is a boolean in each form', (channel) => {
    const optIn = (value: string) => joined('optinStatus', 'optin_status', `{"${channel}":${value}}`);
    for (const yes of ['true', '"true"', '"True"', '"1"', '1']) expect(optIn(yes)).toBe(`{"${channel}":true}`);
    for (const no of ['false', '"false"', '"FALSE"', '"0"', '0']) expect(optIn(no)).toBe(`{"${channel}":false}`);
  });

  test.each(['is_mobile', 'has_email'])('of %s, words are booleans, and any other text stays', (name) => {
    expect(inStore('"true"', name)).toBe('true');
    expect(inStore('"False"', name)).toBe('false');
    expect(inStore('"0012"', name)).toBe('"0012"');
    expect(inStore('"12"', name)).toBe('"12"');
  });

  test('that is a section itself is read too', () => {
    expect(joined('ndncStatus', 'ndnc_status', '"true"')).toBe('true');
    expect(joined('optinStatus', 'optin_status', '"1"')).toBe('true');
    expect(joined('ndncStatus', 'ndnc_status', '"DND"')).toBe('"DND"');
  });

  test('a member called __proto__ is an ordinary member', () => {
    expect(inStore('{"__proto__":{"b":"1"}}')).toBe('{"__proto__":{"b":1}}');
  });
});

describe('joining', () => {
  const profile = parseObject(
    '{"id":9007199254740993,"coupons":"v2","x":"true","y":"","z":[{"q":"1"}],"warnings":"none"}',
  );

  test('keeps v2’s own members as they are, and has every requested section, in order', () => {
    expect(writeJson(joinSections(profile, v1('"coupons":{"coupon":[{"code":"A"}]}'), sectionsOf('slabHistory')))).toBe(
      '{"id":9007199254740993,"coupons":"v2","x":"true","y":"","z":[{"q":"1"}],"warnings":"none","slabHistory":[]}',
    );
    expect(Object.keys(joinSections({}, v1(''), ALL))).toEqual(JOINED_EMBEDS);
    expect(joinSections(profile, v1(''), [])).toEqual(profile);
  });

  test('takes only the sections from v1.1’s reply', () => {
    const reply = v1('"firstname":"Neha","coupons":"","registered_store":{"code":"S"},"__proto__":{"a":1}');
    expect(writeJson(joinSections({}, reply, sectionsOf('registeredStore')))).toBe('{"registeredStore":{"code":"S"}}');
  });

  test.each([
    '{"customers":{"customer":{"ndnc_status":{"a":"x"}}}}',
    '{"response":{"customers":{"customer":{"ndnc_status":{"a":"x"}}}}}',
  ])('understands %s', (reply) => {
    expect(writeJson(joinSections({}, parseObject(reply), sectionsOf('ndncStatus')))).toBe('{"ndncStatus":{"a":"x"}}');
  });
});

describe('a missing half', () => {
  const warning = (code: string, message: string) => `{"status":false,"code":"${code}","message":"${message}"}`;
  const sections = sectionsOf('coupons', 'registeredStore');

  test.each([
    ['{"id":1}', '{"id":1,"warnings":['],
    ['{"warnings":[],"id":1}', '{"warnings":['],
    ['{"warnings":null,"id":1}', '{"warnings":['],
    ['{"warnings":"","id":1}', '{"warnings":['],
    ['{"warnings":[{"code":8069}],"id":1}', '{"warnings":[{"code":8069},'],
    ['{"warnings":{"code":8062},"id":1}', '{"warnings":[{"code":8062},'],
    ['{"warnings":{},"id":1}', '{"warnings":['],
  ])('of v1.1: %s with a warning besides those it has', (profile, before) => {
    const without = writeJson(withoutSections(parseObject(profile), sections, 'Why.'));
    const said = warning('missing_sections', 'Missing here: coupons, registeredStore. Why.');
    expect(without.startsWith(`${before}${said}]`)).toBe(true);
    expect(parseObject(without).id).toEqual(parseJson('1'));
  });

  test.each([
    ['"user_id":9007199254740993,', '"id":9007199254740993,'],
    ['"user_id":"9007199254740993",', '"id":9007199254740993,'],
    ['"user_id":566881933.0,', '"id":566881933,'],
    ['"user_id":"5.66881933E8",', '"id":566881933,'],
    ['"user_id":5.5,', ''],
    ['"user_id":"",', ''],
    ['"user_id":null,', ''],
    ['"user_id":"x7",', ''],
    ['"user_id":[7],', ''],
    ['', ''],
  ])('of v2: {%s…} is the sections, {%s…}, and a warning', (userId, id) => {
    const alone = sectionsAlone(v1(`${userId}"firstname":"Neha","coupons":""`), sections, 'Why.');
    const said = warning(
      'missing_profile',
      'Missing here: the profile. This reply has only id, coupons, registeredStore. Why.',
    );
    expect(writeJson(alone)).toBe(`{${id}"coupons":[],"registeredStore":null,"warnings":[${said}]}`);
  });

  test('of v2, of a reply without a customer, is the warning, and every section empty', () => {
    expect(Object.keys(sectionsAlone({}, ALL, 'Why.'))).toEqual([...JOINED_EMBEDS, 'warnings']);
  });
});

describe('sections of any v1.1 reply', () => {
  const names = fc.constantFrom(
    'coupon',
    'field',
    'code',
    'a',
    'is_x',
    'external_id',
    'value',
    'points',
    'history',
    '__proto__',
    'id',
    '',
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'large' },
      fc.constantFrom('', 'true', 'FALSE', 'false', '1', '0', '0012', '221350.000', '1E7', null, true, 1, 0, 5.5, 'x'),
      fc.dictionary(names, tie('value'), { maxKeys: 3 }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  }));
  const members = ALL.flatMap(({ from }) => from);
  const customers = fc.dictionary(fc.constantFrom(...members, 'user_id'), value, { maxKeys: 4 });

  /** Names that hold words, by the table above. */
  const isNameOfWords = (name: string) => ['code', 'external_id', 'value'].includes(name);

  function check(json: Json, name: string): void {
    if (isArray(json)) for (const element of json) check(element, name);
    else if (isObject(json)) for (const [member, inner] of Object.entries(json)) check(inner, member);
    else {
      expect(json).not.toBe('');
      if (typeof json === 'string' && !isNameOfWords(name)) {
        expect(json).not.toMatch(/^(true|false)$/i);
        expect(json).not.toMatch(/^(?:0|[1-9]\d*)(?:\.\d+)?$/);
      }
    }
  }

  function typeOf(json: Json | undefined): string {
    return isArray(json) ? 'list' : isObject(json) ? 'object' : json === null ? 'null' : 'scalar';
  }

  test('hold no empty text, and no text in place of a boolean or a number except in words; lists are lists; and nothing throws', () => {
    fc.assert(
      fc.property(customers, fc.subarray([...JOINED_EMBEDS]), (customer, embeds) => {
        const reply = parseObject(JSON.stringify({ customers: { customer } }));
        const sections: readonly JoinedSection[] = sectionsOf(...embeds);
        const result = joinSections({}, reply, sections);
        expect(Object.keys(result)).toEqual(sections.map(({ name }) => name));
        for (const { name, form } of sections) {
          check(result[name] ?? null, name);
          if (form === 'list') expect(typeOf(result[name])).toBe('list');
          if (form === 'list') expect(result[name]).not.toContain(null);
        }
        const alone = sectionsAlone(reply, sections, 'Why.');
        const { id: _, warnings: __, ...others } = alone;
        expect(writeJson(others)).toBe(writeJson(result));
      }),
      runs(1000),
    );
  });

  test('do not change if they are joined twice', () => {
    fc.assert(
      fc.property(value, (section) => {
        const once = joinSections(
          {},
          parseObject(JSON.stringify({ customers: { customer: { registered_store: section } } })),
          sectionsOf('registeredStore'),
        );
        const again = { customers: { customer: { registered_store: once.registeredStore ?? null } } };
        expect(writeJson(joinSections({}, again, sectionsOf('registeredStore')))).toBe(writeJson(once));
      }),
      runs(1000),
    );
  });
});
