import { expect, test } from '@jest/globals';
import { troubleOf } from '../../console/lookup/trouble.js';

test.each([
  ['throttled', 'Capillary throttles. Lookaside asks again when the pause is over.'],
  ['over-budget', 'The calls to Capillary of this minute are used up. Lookaside asks again in the next minute.'],
  [undefined, 'Capillary did not give an answer, and the cache has none.'],
  ['another', 'Capillary did not give an answer, and the cache has none.'],
])('the failure %s is said in plain words', (failure, words) => {
  expect(troubleOf(failure)).toBe(words);
});
