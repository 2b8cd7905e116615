import { describe, expect, test } from '@jest/globals';
import { wordsFor } from '../../../functions/smoke/given-text.ts';

describe('an error repeats a wrong text', () => {
  test.each([
    'nonsense',
    'Red',
    '10',
    '65536',
    '12:00-12:20',
    'ftp://a.example/',
    'no-such-file.log',
    '/tmp/a b/audits-11-29.log',
  ])('%s', (given) => expect(wordsFor(given)).toBe(JSON.stringify(given)));
});

describe('an error does not repeat a text that may hold an identifier or a secret:', () => {
  test.each([
    ['an identifier with its name', 'externalId=Ann'],
    ['an e-mail address', 'ann@example.com'],
    ['a phone number', '919876543210'],
    ['a phone number with separators', '(0) 98-765'],
    ['an address with a query', 'https://a.example/live?identifierValue=ann'],
    ['an address with a fragment', 'https://a.example/live#ann'],
    ['the value of an API key', `tills.${'aB'.repeat(20)}`],
  ])('%s', (_case, given) => {
    expect(wordsFor(given)).toBe('not repeated here, because it may hold an identifier or a secret');
  });
});
