import { describe, expect, test } from '@jest/globals';
import type { IdentifierName } from '../../../../functions/customer/identifier/identifier-name.ts';
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

  test.each<[ParameterFacts, IdentifierName | undefined, readonly string[]]>([
    [{ is: 'flag' }, undefined, ['boolean']],
    [{ is: 'flag' }, 'id', ['boolean']],
    [{ is: 'looseFlag' }, undefined, ['boolean', 'number']],
    [{ is: 'list' }, undefined, ['list']],
    [{ is: 'text' }, 'id', []],
    [{ is: 'text', isNumber: true }, undefined, ['number']],
    [{ is: 'identifier' }, undefined, []],
    [{ is: 'identifier' }, 'id', ['number']],
    [{ is: 'identifier' }, 'cardnumber', ['number']],
    [{ is: 'identifier' }, 'mobile', []],
    [{ is: 'identifier' }, 'cardExternalId', []],
    [{ is: 'identifier', filedAs: 'id' }, undefined, ['number']],
    [{ is: 'identifier', filedAs: 'externalId' }, undefined, []],
  ])('of the facts %j, for the identifier %s, has the JSON types %j beside text', (facts, identifier, types) => {
    expect(jsonTypesOf(facts, identifier)).toEqual(types);
  });
});
