import { expect, test } from '@jest/globals';
import { readReply } from '../../console/lookup/reply.js';
import { spokenOutcome } from '../../console/lookup/spoken.js';
import { problem } from '../../functions/rest/problem.ts';

const customer = (members: string) => readReply(200, `{"id":1${members}}`, 'v2');

test.each([
  [
    'Asha Example, Gold, 95,827 points',
    customer(
      ',"profiles":[{"firstName":"Asha","lastName":"Example"}],"loyaltyProgramDetails":[{"currentSlab":"Gold","loyaltyPoints":95827.0}]',
    ),
  ],
  ['Asha, 0 points', customer(',"profiles":[{"firstName":"Asha"}],"loyaltyProgramDetails":[{"loyaltyPoints":0}]')],
  ['Asha', customer(',"profiles":[{"firstName":"Asha"}]')],
  ['No name, Gold', customer(',"loyaltyProgramDetails":[{"currentSlab":"Gold"}]')],
  [
    'Customer not found. Check what you typed, or enrol the customer.',
    readReply(404, '{"errors":[{"code":8015,"message":"x"}]}', 'v2'),
  ],
  ['Check what you typed. The detail.', readReply(400, problem('invalid_identifier', 'The detail.', 'r').body, 'v2')],
])('a screen reader says %j', (words, outcome) => {
  expect(spokenOutcome(outcome)).toBe(words);
});
