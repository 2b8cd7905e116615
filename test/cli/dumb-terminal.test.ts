import { expect, test } from '@jest/globals';
import { streamFor } from '../../cli/dumb-terminal.ts';
import { createOutput } from '../../cli/output.ts';
import { createProgress } from '../../cli/progress.ts';

const FRAME = { json: 1, screen: ['a', 'b'], line: 'c' };
const STOPPED = { now: () => 0, every: () => () => undefined };

test.each([
  [undefined, ['a\nb\n', '\u001B[2A\u001B[Ja\nb\n', '\r\u001B[K']],
  ['xterm-256color', ['a\nb\n', '\u001B[2A\u001B[Ja\nb\n', '\r\u001B[K']],
  ['dumb', ['c\n', 'c\n']],
])('a terminal of the kind %s gets only what it can show', async (kind, expected) => {
  const written: string[] = [];
  const stream = streamFor({ isTTY: true, write: (text) => written.push(text) }, { TERM: kind });
  const output = createOutput(stream, { isJson: false, hasColour: false });
  output.show(FRAME);
  output.show(FRAME);
  await createProgress(stream, STOPPED).during('Working', async () => undefined);
  expect(written).toEqual(expected);
});
