import { describe, expect, test } from '@jest/globals';
import { createLongRun } from '../../bench/progress.ts';
import { turnedTerminal } from '../support/turned-terminal.ts';

const CLEAR = '\r\u001B[K';
const bar = (filled: number) => `[${'#'.repeat(filled)}${'.'.repeat(30 - filled)}]`;

describe('a long command of the project', () => {
  test('shows a bar with the remaining time on a terminal, which runs down and leaves nothing behind', () => {
    const { written, stream, time, turn } = turnedTerminal(true);
    const tell = createLongRun(stream, time).showProgress('Histories', 200);
    turn(10_000);
    tell(50);
    turn(1000);
    tell(200);
    turn(1000);
    expect(written).toEqual([
      `${CLEAR}Histories … (0 of 200)`,
      `${CLEAR}Histories … (0 of 200)`,
      `${CLEAR}Histories ${bar(8)} 30 s left (50 of 200)`,
      `${CLEAR}Histories ${bar(8)} 29 s left (50 of 200)`,
      CLEAR,
    ]);
  });

  test('tells the remaining time in minutes where there are many', () => {
    const { written, stream, time, turn } = turnedTerminal(true);
    const tell = createLongRun(stream, time).showProgress('Histories', 100);
    turn(60_000);
    tell(10);
    expect(written.at(-1)).toBe(`${CLEAR}Histories ${bar(3)} 9 min left (10 of 100)`);
  });

  test('writes only a plain line at each quarter if there is no terminal', () => {
    const { written, stream, time, turn } = turnedTerminal(false);
    const tell = createLongRun(stream, time).showProgress('Histories', 8);
    for (let done = 1; done <= 8; done += 1) {
      turn(1000);
      tell(done);
    }
    expect(written).toEqual([
      'Histories: 2 of 8, 6 s left\n',
      'Histories: 4 of 8, 4 s left\n',
      'Histories: 6 of 8, 2 s left\n',
    ]);
  });

  test.each([
    { isTTY: true, line: `${CLEAR}caught\n` },
    { isTTY: false, line: 'caught\n' },
  ])('a line that stays takes the place of the bar (a terminal: $isTTY)', ({ isTTY, line }) => {
    const { written, stream, time } = turnedTerminal(isTTY);
    createLongRun(stream, time).say('caught');
    expect(written).toEqual([line]);
  });
});
