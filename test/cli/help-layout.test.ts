import { describe, expect, test } from '@jest/globals';
import { layItem, wrapped } from '../../cli/help-layout.ts';

test.each([
  ['one two three', 80, 'one two three'],
  ['aaaa bbbb cccc dddd eeee ffff', 24, 'aaaa bbbb cccc dddd eeee\nffff'],
  ['a wordthatislongerthantheline b', 20, 'a\nwordthatislongerthantheline\nb'],
  ['aaaa bbbb cccc dddd eeee', 19, 'aaaa bbbb cccc dddd eeee'],
  ['', 80, ''],
])('%j in %i columns is %j', (text, columns, expected) => {
  expect(wrapped(text, columns)).toBe(expected);
});

describe('an item of a help', () => {
  const DESCRIPTION = 'the first words of it and some more words, so that it takes two lines';

  test('has its description beside its term if there are forty columns for it', () => {
    expect(layItem('--a <B>', 10, DESCRIPTION, 54)).toBe(
      '  --a <B>     the first words of it and some more\n              words, so that it takes two lines',
    );
  });

  test('has its description below its term if there are fewer', () => {
    expect(layItem('--a <B>', 10, DESCRIPTION, 53)).toBe(
      '  --a <B>\n      the first words of it and some more words, so\n      that it takes two lines',
    );
  });

  test('may have no description', () => {
    expect(layItem('--a', 10, '', 40)).toBe('  --a');
  });
});
