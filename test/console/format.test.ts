import { describe, expect, test } from '@jest/globals';
import {
  amount,
  bytes,
  clockTime,
  counted,
  day,
  duration,
  initials,
  milliseconds,
  waitOf,
} from '../../console/format.js';

describe('the texts of the page', () => {
  test.each([
    [-5, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [272_000, '4 min 32 s'],
    [3_600_000, '1 h'],
    [86_340_000, '23 h 59 min'],
    [90_000_000, '1 d 1 h'],
  ])('duration: %d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test.each([
    [60_000, 'in 1 min'],
    [1001, 'in 2 s'],
    [1, 'in 1 s'],
    [0, 'now'],
    [-5000, 'now'],
  ])('wait: after %d ms is %s', (ms, text) => {
    expect(waitOf(ms)).toBe(text);
  });

  test.each([
    ['95827.0', '95,827'],
    ['12.5', '12.50'],
    ['12.50', '12.50'],
    ['0.000', '0'],
    ['1234567.891', '1,234,567.891'],
    ['-1200', '-1,200'],
    ['9007199254740993', '9,007,199,254,740,993'],
    ['1E3', '1E3'],
    ['', ''],
    [undefined, ''],
  ])('amount: %j is %s, with the digits that it has', (value, text) => {
    expect(amount(value)).toBe(text);
  });

  test.each([
    ['2125-03-26T23:59:59Z', '26 Mar 2125'],
    ['2027-01-08', '8 Jan 2027'],
    ['2027-01-28 10:00:00', '28 Jan 2027'],
    ['2027-13-01', '2027-13-01'],
    ['soon', 'soon'],
    [undefined, ''],
  ])('day: %j is %s', (value, text) => {
    expect(day(value)).toBe(text);
  });

  test.each([
    ['Bubalus bubalis', 'Bb'],
    ['Asha Rani Example', 'AE'],
    ['Asha', 'A'],
    [' Asha  Example ', 'AE'],
    ['महिमा शर्मा', 'मश'],
    ['किरण कपूर', 'किक'],
    ['محمد عبد الله', 'ما'],
    ['王小明', '王'],
    ['محمد عبد الله (VIP)', 'مV'],
    ['👩‍👧 Example', 'E'],
    ['Asha 2', 'A'],
    ['', ''],
  ])('initials: those of %j are %s', (name, text) => {
    expect(initials(name)).toBe(text);
  });

  test('milliseconds, bytes and counts', () => {
    expect([undefined, 0.4, 999, 999.6, 1000, 12_340].map(milliseconds)).toEqual([
      '–',
      '0 ms',
      '999 ms',
      '1.0 s',
      '1.0 s',
      '12.3 s',
    ]);
    expect([0, 1023, 1024, 4608].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KB', '4.5 KB']);
    expect([counted(1, 'entry', 'entries'), counted(0, 'entry', 'entries'), counted(2, 'card')]).toEqual([
      '1 entry',
      '0 entries',
      '2 cards',
    ]);
  });

  test('the time of day is that of this machine, as the terminal writes it', () => {
    expect(clockTime(new Date(2026, 10, 30, 17, 4, 2).getTime())).toBe('17:04:02');
    expect(clockTime(new Date(2026, 10, 30, 0, 0, 9).getTime())).toBe('00:00:09');
  });
});
