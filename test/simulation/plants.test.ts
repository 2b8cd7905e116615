import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { PLANTS } from './plants.ts';

// Whether each is caught takes minutes: npm run test:planted.
test('each planted bug fits its file, in exactly one place', () => {
  const misfits = PLANTS.flatMap(({ bug, edits }) =>
    edits
      .map(({ file, from }) => ({ bug, from, places: readFileSync(file, 'utf8').split(from).length - 1 }))
      .filter(({ places }) => places !== 1),
  );
  expect(misfits).toEqual([]);
});
