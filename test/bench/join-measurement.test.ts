import { expect, test } from '@jest/globals';
import { measureProfileAndCoupons } from '../../bench/join-measurement.ts';
import { measuredTable } from '../../bench/measured-table.ts';
import { JOIN_COUNTS } from './join-counts.ts';

// Tests the requests of `npm run bench:join`, which the documents quote. Durations depend on the machine.

test('each way to get profile and coupons costs these requests', async () => {
  const measured = await measureProfileAndCoupons({ sampleCount: 4, latencyMs: 0 });
  const counts = measured.map(({ way, miss, hit }) => [way, miss.upstream, miss.dynamoDb, hit.upstream, hit.dynamoDb]);
  expect(counts).toEqual(JOIN_COUNTS);
});

test('the table shows the requests of each way, and its durations as shares of the time of both upstream APIs at once', () => {
  const cost = (upstream: number, dynamoDb: number, durationMs: number) => ({ upstream, dynamoDb, durationMs });
  const table = measuredTable([
    { way: 'one joined look-up', miss: cost(2, 9, 412), hit: cost(0, 1, 10) },
    { way: 'the two APIs, at once', miss: cost(2, 0, 400), hit: cost(2, 0, 400) },
  ]);
  expect(table.split('\n')).toEqual([
    '| profile + coupons     | miss: upstream | DynamoDB | duration | hit: upstream | DynamoDB | duration |',
    '| --------------------- | -------------: | -------: | -------: | ------------: | -------: | -------: |',
    '| one joined look-up    |              2 |        9 |     1.03 |             0 |        1 |     0.03 |',
    '| the two APIs, at once |              2 |        0 |     1.00 |             2 |        0 |     1.00 |',
  ]);
});
