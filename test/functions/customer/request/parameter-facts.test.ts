import { describe, expect, test } from '@jest/globals';
import {
  jsonTypesOf,
  keyPartOf,
  type ParameterFacts,
  upstreamOf,
} from '../../../../functions/customer/request/parameter-facts.ts';

describe('a parameter', () => {
  test.each<[ParameterFacts, ReturnType<typeof keyPartOf>]>([
    [{ is: 'flag' }, 'yes'],
    [{ is: 'text' }, 'hashed'],
    [{ is: 'projection' }, 'no'],
    [{ is: 'flag', key: 'no' }, 'no'],
  ])('of the facts %j has the part "%s" in the key', (facts, part) => {
    expect(keyPartOf(facts)).toBe(part);
  });

  test.each<[ParameterFacts, ReturnType<typeof upstreamOf>]>([
    [{ is: 'flag' }, 'yes'],
    [{ is: 'projection' }, 'no'],
    [{ is: 'flag', upstream: 'always true' }, 'always true'],
  ])('of the facts %j goes upstream: %s', (facts, upstream) => {
    expect(upstreamOf(facts)).toBe(upstream);
  });

  test.each<[ParameterFacts, readonly string[]]>([
    [{ is: 'flag' }, ['boolean']],
    [{ is: 'looseFlag' }, ['boolean', 'number']],
    [{ is: 'list' }, ['list']],
    [{ is: 'identifier' }, []],
    [{ is: 'identifier', isNumber: true }, ['number']],
  ])('of the facts %j has the JSON types %j beside text', (facts, types) => {
    expect(jsonTypesOf(facts)).toEqual(types);
  });
});
