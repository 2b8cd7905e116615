import { describe, expect, test } from '@jest/globals';
import { isObject, parseJson, parseObject, writeJson } from '../../../../functions/customer/json/json.ts';
import {
  compileProjection,
  EVERYTHING,
  MAX_PROJECTION_LENGTH,
  ProjectionError,
  project,
  projectionUnder,
} from '../../../../functions/customer/reply/projection.ts';
import { narrow, trim } from '../../../../functions/customer/v2/v2-shape.ts';
import { TILL_PROFILE } from '../../../../functions/settings/till-profile.ts';
import { fc, runs } from '../../../support/properties.ts';

const cut = (text: string, fields: string) => writeJson(project(parseObject(text), compileProjection(fields)));

describe('a projection', () => {
  test.each([
    ['{"a":1,"b":2}', 'a', '{"a":1}'],
    ['{"a":1,"b":2}', '*', '{"a":1,"b":2}'],
    ['{"a":1,"b":2}', ' a , b ', '{"a":1,"b":2}'],
    ['{"a":{"b":1,"c":2},"ab":3}', '\ta (\n  b,\n  c\n)\r\n', '{"a":{"b":1,"c":2}}'],
    ['{"a":{"b":1,"c":2},"ab":3}', 'a / b', '{"a":{"b":1}}'],
    ['{"b":2,"a":1}', 'a,b', '{"b":2,"a":1}'],
    ['{"a":{"b":1,"c":2},"d":3}', 'a/b', '{"a":{"b":1}}'],
    ['{"a":{"b":1,"c":2},"d":3}', 'a(b),d', '{"a":{"b":1},"d":3}'],
    ['{"a":{"b":{"c":1,"x":0}}}', 'a/b/c', '{"a":{"b":{"c":1}}}'],
    ['{"a":[{"b":1,"c":2},{"c":3},{"b":4}]}', 'a(b)', '{"a":[{"b":1},{},{"b":4}]}'],
    ['{"a":[]}', 'a(b)', '{"a":[]}'],
    ['{"a":null}', 'a(b)', '{"a":null}'],
    ['{"a":{"b":1},"c":{"b":2,"d":3}}', '*(b)', '{"a":{"b":1},"c":{"b":2}}'],
    ['{"a":{"b":1,"c":2}}', 'a/b,a/c', '{"a":{"b":1,"c":2}}'],
    ['{"a":{"b":1,"c":2}}', 'a/b,a', '{"a":{"b":1,"c":2}}'],
    ['{"a":{"b":{"c":1,"d":2,"e":3},"f":4}}', 'a(b/c,b/d)', '{"a":{"b":{"c":1,"d":2}}}'],
    ['{"a":{"b":{"c":1,"d":2,"e":3},"f":4}}', 'a(b/c),a(b/d)', '{"a":{"b":{"c":1,"d":2}}}'],
    ['{"a":{"b":{"c":1,"d":2},"e":3,"f":4}}', 'a(b/c),a(e)', '{"a":{"b":{"c":1},"e":3}}'],
    ['{"a":{"b":{"c":1,"d":2}}}', 'a/b,a/b/c', '{"a":{"b":{"c":1,"d":2}}}'],
    ['{"a":{"b":{"c":1,"d":2}}}', 'a/b/c,a/b', '{"a":{"b":{"c":1,"d":2}}}'],
    ['{"a":{"b":1,"c":2},"d":{"b":3}}', '*/b,a/c', '{"a":{"b":1,"c":2},"d":{"b":3}}'],
    ['{"a":{"b":1,"c":2},"d":{"b":3}}', '*,a/c', '{"a":{"b":1,"c":2},"d":{"b":3}}'],
    ['{"a":{"b":1,"c":2},"d":{"b":3,"c":4}}', '*/b,a', '{"a":{"b":1,"c":2},"d":{"b":3}}'],
    ['{"a":{"b":{"c":1,"d":2,"e":3}}}', '*(b/c),a(b/d)', '{"a":{"b":{"c":1,"d":2}}}'],
    ['{"a":{"b":{"c":1,"d":2}}}', '*(b/c),a(b)', '{"a":{"b":{"c":1,"d":2}}}'],
    ['{"a":{"b":{"c":1,"d":2}}}', '*(b),a(b/c)', '{"a":{"b":{"c":1,"d":2}}}'],
    // What `*` brings to `a` keeps no more elsewhere.
    [
      '{"a":{"b":{"c":{"d":1,"e":2}}},"f":{"b":{"c":{"d":3,"e":4}}}}',
      '*/b/c/d,a(*/c/e)',
      '{"a":{"b":{"c":{"d":1,"e":2}}},"f":{"b":{"c":{"d":3}}}}',
    ],
    ['{"a":1}', 'b', '{}'],
  ])('of %s by %s is %s', (text, fields, kept) => {
    expect(cut(text, fields)).toBe(kept);
    // Strictly: a name that is not kept is not there, not even without a value.
    expect(project(parseObject(text), compileProjection(fields))).toStrictEqual(parseObject(kept));
  });

  test('keeps the digits of numbers', () => {
    expect(cut('{"id":9007199254740993,"sum":221350.000,"e":1E400,"x":0}', 'id,sum,e')).toBe(
      '{"id":9007199254740993,"sum":221350.000,"e":1E400}',
    );
  });

  test('leaves out a value without names if the projection asks for names', () => {
    expect(cut('{"text":"abc","number":1.50,"flag":true,"list":["x",{"length":1}]}', '*(length,rawJSON,at)')).toBe(
      '{"list":[{"length":1}]}',
    );
  });

  test('reads own names only', () => {
    expect(cut('{"a":{"b":1}}', 'constructor,__proto__,toString/name,a(constructor/name)')).toBe('{"a":{}}');
    expect(cut('{"__proto__":{"x":1},"a":2}', '__proto__/x')).toBe('{"__proto__":{"x":1}}');
  });

  test.each([
    '',
    ',',
    'a,',
    ',a',
    'a(',
    'a()',
    'a(b',
    'a)',
    'a),b',
    'a/',
    '/a',
    'a//b',
    '(a)',
    'a(b)c',
    'a b(',
    'a b',
    'a\tb',
    'a \n b,c',
    'a(b c)',
    'a/b c',
    'a(b) c',
    '* a',
    'a *',
    ' ',
    'a*',
    '**',
    'é',
    'a;b',
    '"a"',
  ])('refuses %j', (fields) => {
    expect(() => compileProjection(fields)).toThrow(ProjectionError);
  });

  test('says where the grammar is broken', () => {
    expect(() => compileProjection('id,profiles(firstName')).toThrow(
      'has its end at character 22, where "," or ")" belongs',
    );
    for (const text of ['', '  ']) expect(() => compileProjection(text)).toThrow('is empty');
    expect(() => compileProjection('id,,x')).toThrow('has "," at character 4, where a name belongs');
    expect(() => compileProjection('a(b)9876543210')).toThrow('has a name at character 5, where "," belongs');
    expect(() => compileProjection('a,neha@example.com')).toThrow('has a character at character 7, where "," belongs');
    expect(() => compileProjection('a*')).toThrow('has "*" at character 2, where "," belongs');
    expect(() => compileProjection('id)')).toThrow('has ")" at character 3, where "," belongs');
    for (const text of ['id segments', 'id \t segments']) {
      expect(() => compileProjection(text)).toThrow('has a character at character 3, where "," belongs');
    }
  });

  test('is one text however white space stands around its names', () => {
    expect(compileProjection(' id ,\n profiles ( firstName ) ').fields).toBe('id,profiles(firstName)');
  });

  test('refuses a text that is too long or nests too deep, and takes one at the limit', () => {
    expect(() => compileProjection('a'.repeat(MAX_PROJECTION_LENGTH + 1))).toThrow('longer than 4096');
    expect(() => compileProjection(`${'a/'.repeat(32)}a`)).toThrow('nests deeper than 32');
    expect(compileProjection(`${'a/'.repeat(31)}a`).fields).toHaveLength(63);
    expect(() => compileProjection(`${'a('.repeat(32)}a${')'.repeat(32)}`)).toThrow('nests deeper than 32');
    expect(compileProjection(`${'a('.repeat(31)}a${')'.repeat(31)}`).fields).toHaveLength(94);
    expect(compileProjection('a'.repeat(MAX_PROJECTION_LENGTH)).fields).toHaveLength(MAX_PROJECTION_LENGTH);
  });

  test('never throws anything but ProjectionError, and never adds anything', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*,/()]{1,12}$/), (fields) => {
        try {
          const kept = cut('{"a":{"a":[{"b":1}],"b":"x"},"b":null}', fields);
          expect(kept.length).toBeLessThanOrEqual('{"a":{"a":[{"b":1}],"b":"x"},"b":null}'.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ProjectionError);
        }
      }),
      runs(2000),
    );
  });

  test('keeps the same if it is applied twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('a', 'a/b', 'a(b,c)', '*(b)', 'a(*(c))'),
        fc.json({ maxDepth: 4 }),
        (fields, json) => {
          const value = parseJson(json);
          fc.pre(isObject(value));
          const once = project(value, compileProjection(fields));
          expect(writeJson(project(once, compileProjection(fields)))).toBe(writeJson(once));
        },
      ),
    );
  });
});

test('the projection under a name is a projection of its own', () => {
  const projection = compileProjection('a(b,c/d),e,*/f');
  const { mask } = compileProjection('b,c/d,f');
  expect(projectionUnder(projection, 'a')).toEqual({ fields: '', mask });
  expect(projectionUnder(projection, 'e')).toBe(EVERYTHING);
  expect(projectionUnder(projection, 'x')).toEqual({ fields: '', mask: compileProjection('f').mask });
  expect(projectionUnder(compileProjection('a'), 'x')).toBeUndefined();
});

test('the error of a projection has its name', () => {
  expect(new ProjectionError('is wrong').name).toBe('ProjectionError');
});

describe('a narrowed profile', () => {
  const missing = '{"status":false,"code":"missing_sections","message":"Missing here: coupons."}';
  const profile = parseObject(`{"id":1,"segments":{},"warnings":[{"code":8069},${missing}]}`);
  const narrowed = (fields: string) => writeJson(narrow(profile, compileProjection(fields)));

  test('says that something is missing, whatever its caller selects', () => {
    expect(narrowed('id,coupons')).toBe(`{"id":1,"warnings":[${missing}]}`);
    expect(writeJson(narrow(parseObject('{"id":1,"warnings":[{"code":8069}]}'), compileProjection('id')))).toBe(
      '{"id":1}',
    );
  });

  test('has the warnings that its caller selects', () => {
    expect(narrowed('warnings/code')).toBe('{"warnings":[{"code":8069},{"code":"missing_sections"}]}');
    expect(narrowed('*')).toBe(writeJson(profile));
  });
});

describe('the trimmed profile', () => {
  const reply = parseObject(
    '{"id":1,"profiles":[{"firstName":"A","fields":{}}],"extendedFields":{"dob":"x"},"associatedWith":"t",' +
      '"loyaltyProgramDetails":[{"programId":9,"redeemed":1.0,"gapToRenewSummary":[]}],"pointsSummary":{"x":1.50},' +
      '"fraudDetails":{},"cardDetails":[{"cardNumber":"1","orgId":2}],"warnings":[]}',
  );
  const till = compileProjection(TILL_PROFILE);
  const trimmed = (names: readonly string[], includesUnknown: boolean) =>
    writeJson(trim(reply, till, { names, includesUnknown }));

  test('is cut down by the projection', () => {
    expect(trimmed([], false)).toBe(
      '{"id":1,"profiles":[{"firstName":"A"}],"loyaltyProgramDetails":[{"programId":9,"gapToRenewSummary":[]}],' +
        '"cardDetails":[{"cardNumber":"1"}],"warnings":[]}',
    );
  });

  test('keeps a requested section whole', () => {
    expect(trimmed(['loyaltyProgramDetails'], false)).toContain(
      '"loyaltyProgramDetails":[{"programId":9,"redeemed":1.0,"gapToRenewSummary":[]}]',
    );
  });

  test('keeps no name of the base reply because of another requested section', () => {
    const nothing = compileProjection('x');
    const base = parseObject(
      '{"id":1,"profiles":[],"loyaltyInfo":{},"segments":{},"associatedWith":"t","extendedFields":{},' +
        '"loyaltyProgramDetails":[],"cardDetails":[],"warnings":[]}',
    );
    expect(trim(base, nothing, { names: [], includesUnknown: true })).toEqual({});
  });

  test('keeps a top-level name that the base reply does not have if a section was requested, and no other', () => {
    const kept = trimmed([], true);
    expect(kept).toContain('"pointsSummary":{"x":1.50},"fraudDetails":{}');
    expect(kept).not.toContain('extendedFields');
    expect(kept).not.toContain('associatedWith');
  });
});
