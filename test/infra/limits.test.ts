import { expect, test } from '@jest/globals';
import { TEMPLATES } from './all-templates.ts';
import { LIMITS } from './aws-limits.ts';

test.each(LIMITS)('no environment has more than $most $what', ({ most, of }) => {
  const above = TEMPLATES.map(([name, template]) => [name, Math.max(0, ...of(template))] as const);
  expect(above.filter(([, value]) => value > most)).toEqual([]);
});
