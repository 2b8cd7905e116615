import { expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';

test('a failure of the store has a name, and the reason and a cause for the log; the reason is "down" if nothing else is known', () => {
  const cause = new Error('ECONNRESET');
  const error = new StoreUnavailableError('TimeoutError', { cause });
  expect(error).toMatchObject({ name: 'StoreUnavailableError', reason: 'TimeoutError', trouble: 'down', cause });
  expect(error.message).toBe('The store is unavailable (TimeoutError).');
  expect(new StoreUnavailableError('Throttled', { trouble: 'throttled' }).trouble).toBe('throttled');
  expect(new StoreUnavailableError('TimeoutError').cause).toBeUndefined();
});
