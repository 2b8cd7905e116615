import { describe, expect, test } from '@jest/globals';
import { readRetryAfter } from '../../../../functions/adapters/capillary/retry-after.ts';
import { fc } from '../../../support/properties.ts';

/** Sunday. */
const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

describe('Retry-After', () => {
  test.each([
    ['7', 7000],
    [' 7 ', 7000],
    ['007', 7000],
    ['5, 20', 20_000],
    ['20,5,0', 20_000],
    ['3600', 3_600_000],
    ['3601', 3_600_000],
    ['99999999999999999999999999', 3_600_000],
    ['Sun, 22 Nov 2026 12:00:09 GMT', 9000],
    ['Sunday, 22-Nov-26 12:00:09 GMT', 9000],
    ['Sun Nov 22 12:00:09 2026', 9000],
    ['Sun, 22 Nov 2026 12:00:01 GMT', 1000],
    ['Mon, 23 Nov 2026 12:00:00 GMT', 3_600_000],
  ])('"%s" is %i ms', (header, ms) => {
    expect(readRetryAfter(header, NOW)).toBe(ms);
  });

  test('a date without a time zone is in GMT, wherever the machine is', () => {
    const { TZ } = process.env;
    process.env.TZ = 'Asia/Kolkata';
    try {
      expect(new Date(NOW).getHours()).toBe(17);
      expect(readRetryAfter('Sun Nov 22 12:00:09 2026', NOW)).toBe(9000);
      expect(readRetryAfter('Sun, 22 Nov 2026 12:00:09 GMT', NOW)).toBe(9000);
    } finally {
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    }
  });

  test.each(['0', ' 00 ', '0, 0', 'Sun, 22 Nov 2026 12:00:00 GMT', 'Sun, 22 Nov 2026 11:59:59 GMT'])(
    'B7: %j names no future moment: it counts as absent',
    (header) => {
      expect(readRetryAfter(header, NOW)).toBeUndefined();
    },
  );

  test.each([
    undefined,
    '',
    ' ',
    '-1',
    '1.5',
    '1e3',
    '7 s',
    '5,',
    ',5',
    '5, x',
    '0x10',
    '٣',
    'soon',
    'Sun, soon',
    '2026-11-22',
    '1 Nov 2027',
  ])('%j counts as absent', (header) => {
    expect(readRetryAfter(header, NOW)).toBeUndefined();
  });

  test('any text gives no time, or a time of up to an hour', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (header, now) => {
        const ms = readRetryAfter(header, now) ?? 1;
        expect(ms).toBeGreaterThan(0);
        expect(ms).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });
});
