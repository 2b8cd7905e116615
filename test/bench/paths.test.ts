import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { outcomeOf } from '../../bench/hit/outcome.ts';
import { PARTS_BY_NAME_ONLY } from '../../bench/hit/parts.ts';
import { assertTaken } from '../../bench/paths/check-path.ts';
import { measurePaths } from '../../bench/paths/measure-paths.ts';
import { HIT, PATHS } from '../../bench/paths/paths.ts';
import { pathsTable } from '../../bench/paths/table.ts';
import { simulatedReplies } from '../../bench/paths/upstream-replies.ts';

describe('how a call ended', () => {
  const reply = (statusCode: number, cacheStatus: string) => ({ statusCode, headers: { 'Cache-Status': cacheStatus } });
  const found = { kind: 'found', cache: { status: 'hit' } };
  const results = JSON.stringify({ results: [found, found, { kind: 'error' }] });

  test.each([
    ['200 hit', reply(200, 'lookaside; hit; ttl=300')],
    ['404 hit', reply(404, 'lookaside; hit; ttl=300')],
    ['200 stale-while-revalidate', reply(200, 'lookaside; hit; ttl=-3; detail=stale-while-revalidate')],
    ['200 fwd=miss', reply(200, 'lookaside; fwd=miss; fwd-status=200; stored')],
    ['503 store_unavailable', reply(503, 'lookaside; detail=store_unavailable')],
    ['200', { statusCode: 200 }],
    ['found hit', found],
    ['pending', { kind: 'pending' }],
    ['2 found hit, 1 error', JSON.parse(results)],
    ['2 found hit, 1 error', { ...reply(200, 'lookaside; detail=batch'), body: results }],
    [
      '2 found hit, 1 error',
      {
        statusCode: 200,
        headers: { 'Cache-Status': 'lookaside; detail=batch', 'Content-Encoding': 'gzip' },
        body: gzipSync(results).toString('base64'),
        isBase64Encoded: true,
      },
    ],
  ])('%s', (outcome, result) => {
    expect(outcomeOf(result)).toBe(outcome);
  });
});

describe('calls of a path', () => {
  const taken = { outcomes: ['200 hit'], requests: ['GetItem', 'GetItem'], calls: 2, seconds: 0.5 };

  test('took it if each ended as it does, with its requests and a few that belong to no call', () => {
    expect(() => assertTaken(HIT, taken)).not.toThrow();
    expect(() => assertTaken(HIT, { ...taken, requests: [...taken.requests, 'GetSecretValue'] })).not.toThrow();
  });

  test.each([
    ['another end', { outcomes: ['200 hit', '503 x'] }, 'The path "hit" ended with "503 x"; expected is "200 hit".'],
    ['no end', { outcomes: [] }, 'The path "hit" ended with ""; expected is "200 hit".'],
    [
      'too few requests',
      { requests: ['GetItem'] },
      '2 calls of the path "hit" made 1 requests "GetItem"; expected are 2, and 14 more at most that belong to no call.',
    ],
    [
      'other requests',
      { requests: [...taken.requests, ...Array.from({ length: 15 }, () => 'upstream')] },
      '2 calls of the path "hit" made 15 requests "upstream"; expected are 0, and 14 more at most that belong to no call.',
    ],
  ])('did not take it: %s', (_, other, message) => {
    expect(() => assertTaken(HIT, { ...taken, ...other })).toThrow(message);
  });
});

test('the upstream has a customer for each mobile number, with an id of its own, and none for others', () => {
  const replyTo = simulatedReplies();
  const ask = (mobile: string) =>
    replyTo(
      new URL(
        `http://localhost/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=${mobile}`,
      ),
    );
  expect(JSON.parse(ask('919000000005').body)).toMatchObject({ id: 7_000_000_005 });
  expect(ask('9000000006').body).toContain('9000000006');
  expect(JSON.parse(ask('919800000001').body)).toHaveProperty('errors');
});

test('paths are shown as a table, a row each', () => {
  const quartiles = { median: 1.24, lower: 1, upper: 12.6, count: 3 };
  const requests = { GetItem: 1, UpdateItem: 2, Invoke: 1, upstream: 4 };
  const [, , row] = pathsTable([
    { name: 'miss', warmCpuMs: quartiles, toHit: quartiles, coldCpuMs: quartiles, requests },
  ]).split('\n');
  expect(row?.replace(/ +/g, ' ')).toBe('| miss | 1.2 [1.0–13] | 1.2 | 1.2 [1.0–13] | 3 | 4 |');
});

test('the part runs only if it is named', () => {
  expect(PARTS_BY_NAME_ONLY).toContain('paths');
});

test('the part calls each path in warm and cold processes, and checks that it was taken', async () => {
  const names = ['hit', 'miss', 'stale hit, with its request to revalidate'];
  const paths = PATHS.filter(({ name }) => names.includes(name)).map((each) => ({ ...each, callsPerRound: 2 }));
  const done: number[] = [];
  const { paths: figures } = await measurePaths({
    paths,
    rounds: 2,
    coldStarts: 1,
    onPath: (count) => done.push(count),
  });
  expect(done).toEqual([1, 2, 3]);
  expect(figures.map(({ name }) => name)).toEqual(paths.map(({ name }) => name));
  for (const { warmCpuMs, toHit, coldCpuMs } of figures) {
    expect([warmCpuMs.count, toHit.count, coldCpuMs.count]).toEqual([2, 2, 1]);
    expect(Math.min(warmCpuMs.median, toHit.median, coldCpuMs.median)).toBeGreaterThan(0);
  }
});
