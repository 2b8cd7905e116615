import { expect, test } from '@jest/globals';
import { type Fate, type StoreCall, StoreFates, type StoreTrouble } from './store-trouble.ts';

const READ: StoreCall = { operation: 'GetItem', partitions: ['p'], size: 100 };
const WRITE: StoreCall = { operation: 'PutItem', partitions: ['p'], size: 1500 };
const PAUSE: StoreCall = { operation: 'GetItem', partitions: ['upstream'], size: 100 };

/** The results of these calls, one after the other. */
function fatesOf(trouble: StoreTrouble, calls: readonly StoreCall[], random = () => 0.5): readonly Fate[] {
  const fates = new StoreFates(trouble, () => 0, random);
  return calls.map((call) => fates.of(call));
}

test.each<readonly [string, StoreTrouble, readonly StoreCall[], readonly Fate[]]>([
  ['nothing is wrong', {}, [READ, WRITE], ['served', 'served']],
  ['every call', { throttled: {} }, [READ, WRITE], ['throttled', 'throttled']],
  ['every call fails', { failing: {} }, [READ, WRITE], ['failed', 'failed']],
  ['an operation', { throttled: { operations: ['PutItem'] } }, [READ, WRITE], ['served', 'throttled']],
  ['a partition', { throttled: { partition: 'upstream' } }, [READ, PAUSE], ['served', 'throttled']],
  ['one in three', { failing: { oneIn: 3 } }, [READ, WRITE, READ, READ], ['served', 'served', 'failed', 'served']],
  ['a share above the number', { throttled: { share: 0.6 } }, [READ], ['throttled']],
  ['a share below the number', { throttled: { share: 0.5 } }, [READ], ['served']],
  ['rates', { rates: { read: 10, write: 20 } }, [READ, READ, WRITE], ['served', 'over-capacity', 'served']],
  ['a write of two units', { rates: { read: 10, write: 10 } }, [WRITE], ['over-capacity']],
])('%s', (_, trouble, calls, expected) => {
  expect(fatesOf(trouble, calls)).toEqual(expected);
});
