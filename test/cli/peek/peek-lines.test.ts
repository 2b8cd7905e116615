import { expect, test } from '@jest/globals';
import { peekLines } from '../../../cli/peek/peek-lines.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';

test('of a fetch that a purge voided, it says that the purge may have come shortly before', () => {
  const lines = peekLines(
    {
      now: 0,
      identifierName: 'mobile',
      source: 'INSTORE',
      isNeverStored: false,
      variants: [
        {
          api: 'v2',
          options: [],
          entry: undefined,
          verdict: { use: 'forward', because: 'no-entry', mayStandIn: false },
          fetchedUntil: undefined,
          lastOutcome: { kind: 'not-stored', why: 'voided' },
          revalidationHeldUntil: undefined,
        },
      ],
    },
    { paint: (text) => text },
  );
  expect(lines).toContainEqual(
    expect.stringContaining(`during the fetch, or less than ${MAX_CLOCK_DIFFERENCE_MS / 1000} s before it`),
  );
});
