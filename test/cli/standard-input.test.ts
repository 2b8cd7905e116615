import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { inputReader } from '../../cli/standard-input.ts';

test.each([
  [true, ['Type the input, and end it with Enter and Ctrl-D.\n']],
  [false, []],
  [undefined, []],
])('if standard input is a terminal (%s), the command says how its input ends', async (isTTY, said) => {
  const written: string[] = [];
  const stdin = Object.assign(Readable.from(['a\n', 'b\n']), { isTTY });
  const read = inputReader(stdin, { write: (text) => written.push(text) });
  expect(written).toEqual([]);
  expect(await read()).toBe('a\nb\n');
  expect(written).toEqual(said);
});
