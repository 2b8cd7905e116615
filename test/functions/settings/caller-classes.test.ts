import { describe, expect, test } from '@jest/globals';
import { MAX_CALLERS_LENGTH } from '../../../functions/settings/caller-classes.ts';
import { parseSettings, SettingsError } from '../../../functions/settings/settings.ts';

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
    ['a name in capitals', '{"Tills":{}}'],
    ['a name with the separator', '{"my.tills":{}}'],
    ['an empty name', '{"":{}}'],
    ['a name of 31 letters', JSON.stringify({ ['a'.repeat(31)]: {} })],
    ['two defaults', '{"tills":{"isDefault":true},"kiosks":{"isDefault":true}}'],
    ['a class that is a text', one('all')],
    ['a class that is null', one(null)],
    ['a class that is a list', one([])],
    ['an unknown part', one({ maxBatches: 1 })],
    ['the usage plan, which is the stack’s', one({ throttle: { perSecond: 1, burst: 1 } })],
    ['a part of the prototype', '{"tills":{"constructor":1}}'],
    ['a name of its own', one({ name: 'kiosks' })],
    ['roles that are a text', one({ roles: 'arn:aws:iam::111122223333:role/till' })],
    ['no roles', one({ roles: [] })],
    ['more roles than there may be', one({ roles: Array.from({ length: 21 }, (_, n) => `${ROLE}${n}`) })],
    ['a role that is not an ARN', one({ roles: ['till'] })],
    ['a role of any account', one({ roles: ['arn:aws:iam::*:role/till'] })],
    ['a session of a role', one({ roles: ['arn:aws:sts::111122223333:assumed-role/till/store-7'] })],
    ['a role twice, by two paths', one({ roles: [ROLE, ROLE.replace('/till', '/shops/till')] })],
    ['a role of two classes', JSON.stringify({ tills: { roles: [ROLE] }, kiosks: { roles: [ROLE] } })],
    ['an unknown directive', one({ cacheControl: 'max-old=1' })],
    ['a directive of a reply', one({ cacheControl: 'private' })],
    ['an empty directive', one({ cacheControl: 'max-stale=1,' })],
    ['no directive', one({ cacheControl: '' })],
    ['a directive with a fraction', one({ cacheControl: 'max-stale=1.5' })],
    ['no wait', one({ waitMs: 0 })],
    ['a wait over a minute', one({ waitMs: 60_001 })],
    ['a wait as text', one({ waitMs: '800' })],
    ['no source', one({ sources: [] })],
    ['a source twice', one({ sources: ['INSTORE', 'INSTORE'] })],
    ['a source as text', one({ sources: 'INSTORE' })],
    ['a source with a space', one({ sources: ['IN STORE'] })],
    ['a batch of none', one({ maxBatch: 0 })],
    ['a batch of more than there may be', one({ maxBatch: 101 })],
    ['half a batch', one({ maxBatch: 1.5 })],
    ['the fields of one API', one({ fields: { v2: 'id' } })],
    ['the fields of another API', one({ fields: { v2: 'id', 'v1.1': 'user_id', v3: 'id' } })],
    ['fields as text', one({ fields: 'id' })],
    ['fields that are not a projection', one({ fields: { v2: 'id(', 'v1.1': 'user_id' } })],
    ['empty fields', one({ fields: { v2: '', 'v1.1': 'user_id' } })],
    ['a default that is a text', one({ isDefault: 'true' })],
    ['too long a text', `{"tills":{${' '.repeat(MAX_CALLERS_LENGTH)}}}`],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(SettingsError);
    expect(() => parse(text)).toThrow(
      /^Wrong settings\. CALLERS is ".*; allowed is JSON, an object of classes of callers/,
    );
  });
});
