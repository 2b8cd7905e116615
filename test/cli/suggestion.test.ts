import { expect, test } from '@jest/globals';
import { suggestion } from '../../cli/suggestion.ts';

const NAMES = ['id', 'email', 'mobile', 'externalId', 'cardnumber'];

test.each([
  ['moble', 'mobile'],
  ['MOBILE', 'mobile'],
  ['emial', 'email'],
  ['cardnumbr', 'cardnumber'],
  ['extrenalId', 'externalId'],
  ['idd', 'id'],
  ['mail', 'email'],
])('%s is close to %s', (typed, name) => {
  expect(suggestion(typed, NAMES)).toBe(` (Did you mean ${name}?)`);
});

test.each(['', '9', 'xyz', 'phone', '919876543210', 'mob'])('%j suggests nothing', (typed) => {
  expect(suggestion(typed, NAMES)).toBe('');
});
