import { describe, expect, test } from '@jest/globals';
import { readBatchPayload, readInvokePayload } from '../../../functions/batch/invoke-payload.ts';

const LOOKUP = { source: 'INSTORE', identifierName: 'id', identifierValue: '1' };
const NOT_AN_ARRAY = 'lookups is not an array; allowed is {"lookups":[…]} with up to 100 look-ups.';
const TOO_MANY = 'lookups holds 101 look-ups; allowed are 100 at once.';
const NOTHING_ELSE = 'A batch holds lookups and nothing else; give the other members inside each look-up.';

/** A direct invocation takes one look-up too; `POST /lookups` takes a batch only, and its refusals offer nothing else. */
describe.each([
  ['a direct invocation', readInvokePayload, 'one look-up, or {"lookups":[…]}'],
  ['POST /lookups', readBatchPayload, '{"lookups":[…]}'],
])('%s', (_way, read, allowed) => {
  const notAnObject = `The payload is not a JSON object; allowed is ${allowed}.`;

  test.each([
    [null, 'invalid_parameter', notAnObject],
    [[LOOKUP], 'invalid_parameter', notAnObject],
    ['lookups', 'invalid_parameter', notAnObject],
    [1, 'invalid_parameter', notAnObject],
    [true, 'invalid_parameter', notAnObject],
    [undefined, 'invalid_parameter', notAnObject],
    [{ lookups: null }, 'invalid_parameter', NOT_AN_ARRAY],
    [{ lookups: LOOKUP }, 'invalid_parameter', NOT_AN_ARRAY],
    [{ lookups: [LOOKUP], fields: 'id' }, 'unknown_parameter', NOTHING_ELSE],
    [{ lookups: Array(101).fill(LOOKUP) }, 'too_many_lookups', TOO_MANY],
  ])('refuses %j', (payload, code, message) => {
    expect(() => read(payload)).toThrow(expect.objectContaining({ code, message }));
  });
});

test('a batch may hold none, or a hundred', () => {
  for (const lookups of [[], Array(100).fill(LOOKUP)]) {
    expect(readInvokePayload({ lookups })).toEqual({ kind: 'batch', lookups });
    expect(readBatchPayload({ lookups })).toEqual(lookups);
  }
});

test('one look-up is a payload of a direct invocation, and no batch', () => {
  expect(readInvokePayload(LOOKUP)).toEqual({ kind: 'single', lookup: LOOKUP });
  expect(() => readBatchPayload(LOOKUP)).toThrow(
    expect.objectContaining({ code: 'missing_parameter', message: 'lookups is missing; allowed is {"lookups":[…]}.' }),
  );
});
