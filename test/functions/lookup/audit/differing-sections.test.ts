import { describe, expect, test } from '@jest/globals';
import type { Api } from '../../../../functions/customer/request/canonical-request.ts';
import { differingSections } from '../../../../functions/lookup/audit/differing-sections.ts';
import { fc } from '../../../support/properties.ts';

const byV1 = (members: string) => `{"response":{"customers":{"customer":[${members}]}}}`;

describe('the sections that differ between two profiles', () => {
  test.each<readonly [title: string, api: Api, served: string, current: string, sections: readonly string[]]>([
    ['the same text', 'v2', '{"id":1}', '{"id":1}', []],
    ['members in another order', 'v2', '{"id":1,"segments":{"a":1,"b":2}}', '{"segments":{"b":2,"a":1},"id":1}', []],
    [
      "members of a list's elements in another order",
      'v2',
      '{"profiles":[{"firstName":"A","lastName":"B"}]}',
      '{"profiles":[{"lastName":"B","firstName":"A"}]}',
      [],
    ],
    [
      'a value inside a section',
      'v2',
      '{"profiles":[{"firstName":"A"}]}',
      '{"profiles":[{"firstName":"B"}]}',
      ['profiles'],
    ],
    ['a list in another order', 'v2', '{"profiles":[1,2]}', '{"profiles":[2,1]}', ['profiles']],
    ['a number with other digits', 'v2', '{"loyaltyInfo":{"p":1.0}}', '{"loyaltyInfo":{"p":1.00}}', ['loyaltyInfo']],
    ['a section that is gone', 'v2', '{"id":1,"warnings":[]}', '{"id":1}', ['warnings']],
    ['a section that is new', 'v2', '{"id":1}', '{"id":1,"cardDetails":[]}', ['cardDetails']],
    ['a section of an embed', 'v2', '{"pointsSummary":{"a":1}}', '{"pointsSummary":{"a":2}}', ['pointsSummary']],
    ['null and absent', 'v2', '{"id":1,"segments":null}', '{"id":1}', ['segments']],
    ['several, sorted', 'v2', '{"segments":1,"id":1}', '{"segments":2,"id":2}', ['id', 'segments']],
    ['a name that is not documented', 'v2', '{"asha@example.com":1}', '{"asha@example.com":2}', ['other']],
    ['several of these', 'v2', '{"9876543210":1,"x":1,"id":1}', '{"9876543210":2,"x":2,"id":2}', ['id', 'other']],
    ['a name that every object has', 'v2', '{"constructor":1}', '{"constructor":2}', ['other']],
    [
      'v1.1: a member of the customer',
      'v1.1',
      byV1('{"loyalty_points":"1"}'),
      byV1('{"loyalty_points":"2"}'),
      ['loyalty_points'],
    ],
    [
      'v1.1: with the wrapper and without',
      'v1.1',
      byV1('{"email":"a"}'),
      '{"customers":{"customer":{"email":"a"}}}',
      [],
    ],
    ['v1.1: a name of v2', 'v1.1', byV1('{"profiles":1}'), byV1('{"profiles":2}'), ['other']],
  ])('%s', (_title, api, served, current, sections) => {
    expect(differingSections(api, served, current)).toEqual(sections);
    expect(differingSections(api, current, served)).toEqual(sections);
  });

  test('a profile does not differ from itself in another spelling', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (profile) => {
        const reversed = Object.fromEntries(Object.entries(profile).reverse());
        expect(differingSections('v2', JSON.stringify(profile), JSON.stringify(reversed))).toEqual([]);
      }),
    );
  });

  test('the result has documented names only, and no other name or value of a profile', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (one, other) => {
          const sections = differingSections('v2', JSON.stringify(one), JSON.stringify(other));
          expect(
            sections.filter((name) => !['id', 'profiles', 'segments', 'warnings', 'other'].includes(name)),
          ).toEqual([]);
        },
      ),
    );
  });
});
