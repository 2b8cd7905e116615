import { describe, expect, test } from '@jest/globals';
import { readReply } from '../../console/lookup/reply.js';

const v2 = (members: string) => readReply(200, `{"id":1${members}}`, 'v2').customer;
const v1 = (members: string) =>
  readReply(200, `{"customers":[{"user_id":"1","item_status":{"success":"true"${members}}}]}`, 'v1.1').customer;

describe('the warnings of a customer', () => {
  test('are said once each', () => {
    const points = '"message":"Points could not be fetched"';
    const warnings = `[{"code":8062,${points}},{"code":91001,${points}},{"code":8063,"message":"Segments"}]`;
    expect(v2(`,"warnings":${warnings}`)).toMatchObject({
      warnings: ['Points could not be fetched', 'Segments'],
      missing: 'points',
    });
  });

  test.each([
    ['a list', '[{"code":"91001","message":"x"}]', ['x'], 'points'],
    ['one warning', '{"code":91001,"message":"x"}', ['x'], 'points'],
    ['a list in an object', '{"warning":[{"code":91001,"message":"x"}]}', ['x'], 'points'],
    ['one warning in an object', '{"warning":{"code":91001,"message":"x"}}', ['x'], 'points'],
    ['a code', '[91001]', ['Warning 91001'], 'points'],
    ['a text', '["x"]', ['x'], undefined],
    ['none', '[]', [], undefined],
    ['null', 'null', [], undefined],
    ['an object without a code and a message', '{"status":false}', [], undefined],
  ])('are read in each form, of both APIs: %s', (_, given, warnings, missing) => {
    for (const customer of [v2(`,"warnings":${given}`), v1(`,"warnings":${given}`)]) {
      expect(customer).toMatchObject({ warnings });
      expect(customer?.missing).toBe(missing);
    }
  });
});

describe('a missing part of a customer', () => {
  const warned = (code: string) => `,"warnings":[{"code":${code},"message":"x"}]`;
  const NAME = ',"profiles":[{"firstName":"Asha"}]';
  const POINTS = ',"loyaltyProgramDetails":[{"loyaltyPoints":0}]';

  test.each([
    ['the profile, if Lookaside says so', warned('"missing_profile"'), 'profile'],
    ['the profile, which includes the points', `,"warnings":[{"code":8062},{"code":"missing_profile"}]`, 'profile'],
    ['the points, if Capillary says so', NAME + warned('8062'), 'points'],
    ['the points of a programme without any', `${NAME},"loyaltyProgramDetails":[{}]${warned('"91001"')}`, 'points'],
    ['none, where the points are there', NAME + POINTS + warned('8062'), undefined],
    ['none, by a warning about another part', NAME + warned('91002'), undefined],
    ['none, without a warning', '', undefined],
  ])('is %s', (_, members, missing) => {
    expect(v2(members)).toBeDefined();
    expect(v2(members)?.missing).toBe(missing);
  });
});
