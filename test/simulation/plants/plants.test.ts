import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { plant } from '../planting.ts';
import { PLANTS } from './plants.ts';

// Whether the checker catches each takes minutes: npm run test:planted.
test.each(PLANTS)('the planted bug fits its files: $bug', ({ plantings }) => {
  const sources = new Map(plantings.map(({ file }) => [file, readFileSync(file, 'utf8')]));
  for (const planting of plantings) {
    const source = sources.get(planting.file) ?? '';
    const planted = plant(source, planting);
    expect(planted).not.toBe(source);
    sources.set(planting.file, planted);
  }
});

test('each planted bug has a name of its own', () => {
  expect(new Set(PLANTS.map(({ bug }) => bug)).size).toBe(PLANTS.length);
});
