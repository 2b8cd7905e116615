import { expect, test } from '@jest/globals';
import { isCron } from '../../infra/cron.ts';

test.each([
  '30 8 * * ? *',
  '0 9 ? * MON-FRI *',
  '0/15 8-20 ? * mon,WED 2026-2030',
  '0 0 L * ? *',
  '0 0 15W JAN ? *',
  '0 0 ? 1-12/3 6L *',
  '0 0 ? * 2#1 *',
])('AWS reads cron(%s)', (text) => {
  expect(isCron(text)).toBe(true);
});

test.each([
  ['30 8 * * * *', 'both days are named'],
  ['30 8 ? * ? *', 'no day is named'],
  ['30 8 1 * 2 *', 'both days are named'],
  ['30 8 * * ?', 'five fields'],
  ['60 8 * * ? *', 'no such minute'],
  ['30 24 * * ? *', 'no such hour'],
  ['30 8 0 * ? *', 'no such day'],
  ['30 8 * 13 ? *', 'no such month'],
  ['30 8 ? * 8 *', 'no such weekday'],
  ['30 8 ? * MONDAY *', 'no such word'],
  ['30 8 * * ? 1969', 'before the first year'],
  ['30 8-9-10 * * ? *', 'a range of three'],
  ['30/0 8 * * ? *', 'a step of 0'],
  ['30, 8 * * ? *', 'an empty element'],
  ['', 'nothing'],
])('AWS does not read cron(%s): %s', (text) => {
  expect(isCron(text)).toBe(false);
});
