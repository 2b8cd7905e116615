import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { DIRECTIVE_NAMES, NO_DIRECTIVES, readDirectives } from '../../../functions/lookup/directives.ts';
import { MAX_CALLERS_LENGTH } from '../../../functions/settings/caller-classes.ts';
import { parseSettings } from '../../../functions/settings/settings.ts';
import { SettingsError } from '../../../functions/settings/settings-error.ts';

const ROLE = 'arn:aws:iam::111122223333:role/till';

const parse = (CALLERS: string) =>
  parseSettings({
    UPSTREAM_BASE_URL: 'https://eu.api.example.com',
    UPSTREAM_CREDENTIALS: '{"username":"till","password":"secret"}',
    CACHE_KEY_SECRET: 'key',
    CALLERS,
  }).callers;

describe('CALLERS', () => {
  test.each(['', ' '])('that is %j gives all callers the same rules', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  test('is read with the defaults of each class', () => {
    const tills = { cacheControl: 'max-stale=3600', waitMs: 800, sources: ['INSTORE'], maxBatch: 1, isDefault: true };
    const kiosks = { fields: { v2: 'profiles( firstName )', 'v1.1': 'firstname' } };
    const read = parse(JSON.stringify({ tills, kiosks, services: { maxBatch: 100 } }));
    const none = {
      isDefault: false,
      roles: undefined,
      cacheControl: undefined,
      waitMs: undefined,
      sources: undefined,
      maxBatch: 1,
    };
    expect(Object.fromEntries(read ?? [])).toEqual({
      tills: { name: 'tills', roles: undefined, ...tills, fields: undefined },
      kiosks: {
        name: 'kiosks',
        ...none,
        fields: {
          v2: expect.objectContaining({ fields: 'profiles(firstName)' }),
          'v1.1': expect.objectContaining({ fields: 'firstname' }),
        },
      },
      services: { name: 'services', ...none, maxBatch: 100, fields: undefined },
    });
  });

  test.each([
    'no-cache, no-store, only-if-cached',
    'max-age=60,min-fresh=5,max-stale=30,stale-if-error=0',
    'max-stale',
  ])('takes the directives %j', (cacheControl) => {
    expect(parse(one({ cacheControl }))?.get('tills')).toMatchObject({ cacheControl });
  });

  test.each(DIRECTIVE_NAMES)('takes the directive %s as requests give it: with or without seconds', (name) => {
    const isTaken = (cacheControl: string) => {
      try {
        return parse(one({ cacheControl })) !== undefined;
      } catch {
        return false;
      }
    };
    const [alone, withSeconds] = [readDirectives(name), readDirectives(`${name}=60`)];
    expect(isTaken(name)).toBe(!isDeepStrictEqual(alone, NO_DIRECTIVES));
    expect(isTaken(`${name}=60`)).toBe(!isDeepStrictEqual(withSeconds, alone));
  });

  test('takes the roles of each class', () => {
    const other = 'arn:aws-cn:iam::111122223333:user/ops/asha';
    const read = parse(JSON.stringify({ tills: { roles: [ROLE, other] }, kiosks: {} }));
    expect([read?.get('tills')?.roles, read?.get('kiosks')?.roles]).toEqual([[ROLE, other], undefined]);
  });

  const one = (own: unknown) => JSON.stringify({ tills: own });
  test.each([
    ['no JSON', '{tills:{}}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no class', '{}'],
    [
      'more classes than there may be',
      JSON.stringify(Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`c${n}`, {}]))),
    ],
    ['too long a text', `{"tills":{${' '.repeat(MAX_CALLERS_LENGTH)}}}`],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(SettingsError);
    expect(() => parse(text)).toThrow(
      `Wrong settings. CALLERS is ${JSON.stringify(text)}; allowed is JSON, an object of classes of callers`,
    );
  });

  test.each([
    ['a name in capitals', '{"Tills":{}}', 'has the class "Tills", which is not a name of 1 to 30 lower-case letters'],
    ['a name with the separator', '{"my.tills":{}}', 'has the class "my.tills", which is not a name of 1 to 30'],
    ['an empty name', '{"":{}}', 'has the class "", which is not a name of 1 to 30'],
    [
      'a name of 31 letters',
      JSON.stringify({ ['a'.repeat(31)]: {} }),
      'has the class "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", which is not a name',
    ],
    ['two defaults', '{"tills":{"isDefault":true},"kiosks":{"isDefault":true}}', 'has two default classes;'],
    ['a class that is a text', one('all'), 'its class "tills" is not an object;'],
    ['a class that is null', one(null), 'its class "tills" is not an object;'],
    ['a class that is a list', one([]), 'its class "tills" is not an object;'],
    [
      'an unknown part',
      one({ maxBatches: 1 }),
      'its class "tills" has the unknown part "maxBatches", and not one of cacheControl, waitMs, roles,',
    ],
    [
      'the usage plan, which is the stack’s',
      one({ throttle: { perSecond: 1, burst: 1 } }),
      'its class "tills" has the unknown part "throttle", and not one of',
    ],
    [
      'a part of the prototype',
      '{"tills":{"constructor":1}}',
      'its class "tills" has the unknown part "constructor", and not one of',
    ],
    ['a name of its own', one({ name: 'kiosks' }), 'its class "tills" has the unknown part "name", and not one of'],
    [
      'roles that are a text',
      one({ roles: 'arn:aws:iam::111122223333:role/till' }),
      'roles of its class "tills" is not ',
    ],
    ['no roles', one({ roles: [] }), 'roles of its class "tills" is not '],
    [
      'more roles than there may be',
      one({ roles: Array.from({ length: 21 }, (_, n) => `${ROLE}${n}`) }),
      'roles of its class "tills" is not ',
    ],
    ['a role that is not an ARN', one({ roles: ['till'] }), 'roles of its class "tills" is not '],
    ['a role of any account', one({ roles: ['arn:aws:iam::*:role/till'] }), 'roles of its class "tills" is not '],
    [
      'a session of a role',
      one({ roles: ['arn:aws:sts::111122223333:assumed-role/till/store-7'] }),
      'roles of its class "tills" is not ',
    ],
    [
      'a role twice, by two paths',
      one({ roles: [ROLE, ROLE.replace('/till', '/shops/till')] }),
      'roles of its class "tills" is not a list of 1 to 20 different ARNs of IAM roles and users;',
    ],
    [
      'a role of two classes',
      JSON.stringify({ tills: { roles: [ROLE] }, kiosks: { roles: [ROLE] } }),
      'names arn:aws:iam::111122223333:role/till twice;',
    ],
    ['an unknown directive', one({ cacheControl: 'max-old=1' }), 'cacheControl of its class "tills" is not '],
    ['a directive of a reply', one({ cacheControl: 'private' }), 'cacheControl of its class "tills" is not '],
    ['an empty directive', one({ cacheControl: 'max-stale=1,' }), 'cacheControl of its class "tills" is not '],
    ['no directive', one({ cacheControl: '' }), 'cacheControl of its class "tills" is not '],
    [
      'a directive with a fraction',
      one({ cacheControl: 'max-stale=1.5' }),
      'cacheControl of its class "tills" is not ',
    ],
    ['max-age without its seconds', one({ cacheControl: 'max-age' }), 'cacheControl of its class "tills"'],
    [
      'min-fresh without its seconds',
      one({ cacheControl: 'no-store, min-fresh' }),
      'cacheControl of its class "tills"',
    ],
    [
      'stale-if-error without its seconds',
      one({ cacheControl: 'stale-if-error' }),
      'cacheControl of its class "tills"',
    ],
    ['no-cache with seconds', one({ cacheControl: 'no-cache=60' }), 'cacheControl of its class "tills" is not '],
    ['no wait', one({ waitMs: 0 }), 'waitMs of its class "tills" is not a whole number of milliseconds, 1 to 60000;'],
    ['a wait over a minute', one({ waitMs: 60_001 }), 'waitMs of its class "tills" is not '],
    ['a wait as text', one({ waitMs: '800' }), 'waitMs of its class "tills" is not '],
    ['no source', one({ sources: [] }), 'sources of its class "tills" is not '],
    ['a source twice', one({ sources: ['INSTORE', 'INSTORE'] }), 'sources of its class "tills" is not '],
    ['a source as text', one({ sources: 'INSTORE' }), 'sources of its class "tills" is not '],
    ['a source with a space', one({ sources: ['IN STORE'] }), 'sources of its class "tills" is not '],
    ['a batch of none', one({ maxBatch: 0 }), 'maxBatch of its class "tills" is not '],
    ['a batch of more than there may be', one({ maxBatch: 101 }), 'maxBatch of its class "tills" is not '],
    ['half a batch', one({ maxBatch: 1.5 }), 'maxBatch of its class "tills" is not '],
    ['the fields of one API', one({ fields: { v2: 'id' } }), 'fields of its class "tills" is not '],
    [
      'the fields of another API',
      one({ fields: { v2: 'id', 'v1.1': 'user_id', v3: 'id' } }),
      'fields of its class "tills" is not ',
    ],
    ['fields as text', one({ fields: 'id' }), 'fields of its class "tills" is not '],
    [
      'fields that are not a projection',
      one({ fields: { v2: 'id(', 'v1.1': 'user_id' } }),
      'fields of its class "tills" is not ',
    ],
    ['empty fields', one({ fields: { v2: '', 'v1.1': 'user_id' } }), 'fields of its class "tills" is not '],
    ['a default that is a text', one({ isDefault: 'true' }), 'isDefault of its class "tills" is not '],
  ])('refuses %s, and says where the mistake is', (_, text, mistake) => {
    expect(() => parse(text)).toThrow(SettingsError);
    expect(() => parse(text)).toThrow(`Wrong settings. CALLERS is ${JSON.stringify(text)} and ${mistake}`);
    expect(() => parse(text)).toThrow('; allowed is JSON, an object of classes of callers');
  });
});
