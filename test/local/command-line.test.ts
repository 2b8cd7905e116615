import { expect, test } from '@jest/globals';
import { readStartArguments } from '../../local/command-line.ts';
import { StartError } from '../../local/start-error.ts';

test.each([
  [[], 'start'],
  [['--help'], 'help'],
  [['-h'], 'help'],
  [['--help', '-h'], 'help'],
])('npm start with %j means %s', (args, meaning) => {
  expect(readStartArguments(args)).toBe(meaning);
});

test.each([[['--port=3001']], [['--help', '--port=3001']], [['-h', 'x']], [['']]])(
  'npm start refuses %j: an ignored option would leave the service on another port',
  (args) => {
    expect(() => readStartArguments(args)).toThrow(StartError);
  },
);
