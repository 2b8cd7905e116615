import { expect, test } from '@jest/globals';
import { isReset } from '../../../functions/adapters/reset-connection.ts';

test.each([
  ['ECONNRESET', true],
  ['EPIPE', true],
  ['ECONNREFUSED', false],
  ['ETIMEDOUT', false],
  [undefined, false],
])('an error with the code %s says that the connection was closed: %s', (code, expected) => {
  expect(isReset(Object.assign(new Error('made up'), code === undefined ? {} : { code }))).toBe(expected);
});
