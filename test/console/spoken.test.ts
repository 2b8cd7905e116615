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
  [
    'Asha, 0 points in Main, and 2 more programmes',
    customer(
      ',"profiles":[{"firstName":"Asha"}],"loyaltyProgramDetails":[{"programTitle":"Main","loyaltyPoints":0},{},{}]',
    ),
  ],
  [
    'Name missing, The name and the points are missing here. Look the customer up again in a moment.',
    customer(',"warnings":[{"code":"missing_profile","message":"x"}]'),
  ],
  [
    'Asha, The points are missing here. Look the customer up again in a moment.',
    customer(',"profiles":[{"firstName":"Asha"}],"warnings":[{"code":8062,"message":"x"}]'),
  ],
  ['No name, Gold', customer(',"loyaltyProgramDetails":[{"currentSlab":"Gold"}]')],
  [
    'Customer not found. Check what you typed, or enrol the customer.',
    readReply(404, '{"errors":[{"code":8015,"message":"x"}]}', 'v2'),
  ],
  [
    'Check what you typed. This is not an e-mail address. Check it, and type it again.',
    readReply(400, problem('invalid_identifier', 'The detail.', 'r').body, 'v2', 'email'),
  ],
])('a screen reader says %j', (words, outcome) => {
  expect(spokenOutcome(outcome)).toBe(words);
});
