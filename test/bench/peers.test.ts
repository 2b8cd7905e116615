import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PARTS, PARTS_BY_NAME_ONLY } from '../../bench/hit/parts.ts';
import { percentile } from '../../bench/peers/client.ts';
import { PACKAGES } from '../../bench/peers/install.ts';
import { LIBRARY_PEERS } from '../../bench/peers/library-peers.ts';
import { waitsOf } from '../../bench/peers/measures.ts';
import { peersWith } from '../../bench/peers/peers.ts';
import { peersTable } from '../../bench/peers/table.ts';

describe('the peers', () => {
  test('are Lookaside, each library, and the HTTP caches that are installed', () => {
    const names = (programs: ReadonlySet<'nginx' | 'varnishd'>) => peersWith(programs).map(({ name }) => name);
    expect(names(new Set())).toEqual(['Lookaside', ...Object.keys(LIBRARY_PEERS)]);
    expect(names(new Set(['nginx']))).toContain('nginx, 4 boxes');
    expect(names(new Set(['nginx', 'varnishd'])).at(-2)).toBe('Varnish, 1 box');
  });

  test('run only if they are named, and are no dependency of the project', () => {
    expect(Object.keys(PARTS)).toContain('peers');
    expect([...PARTS_BY_NAME_ONLY]).toContain('peers');
    for (const name of ['bentocache', 'cacheable', 'keyv', '@aws-lambda-powertools/idempotency']) {
      expect(PACKAGES[name]).toMatch(/^\d+\.\d+\.\d+$/);
      expect([name, existsSync(path.join('node_modules', name, 'package.json'))]).toEqual([name, false]);
    }
  });

  test('are shown as a table, a row each', () => {
    const outage = { answered: 0.535, p50Ms: 9.4, p99Ms: 40 };
    const coldAskers = {
      upstreamCalls: [1, 4] as const,
      answered: 1,
      p50Ms: 8.1,
      p99Ms: 11,
      firstMs: 6,
      behindFirstMs: 2.1,
    };
    const [, , row] = peersTable([
      {
        name: 'Varnish, 4 boxes',
        boxes: 4,
        coldAskers,
        fewAskers: { ...coldAskers, p50Ms: 2.4 },
        spellings: 5,
        hitRequests: 0,
        hitsPerSecond: 31_500.4,
        refused: outage,
        frozen: { ...outage, answered: 1 },
      },
    ]).split('\n');
    expect(row).toBe(
      '| Varnish, 4 boxes | 1 to 4 | 100 % | 8 / 11 | 2 / 11 | 5 | 0 | 31500 | 54 %, 9 / 40 ms | 100 %, 9 / 40 ms |',
    );
  });

  test.each([
    [0.5, 2],
    [0.99, 4],
    [0, 1],
  ])('the value that a share of %d does not exceed', (share, expected) => {
    expect(percentile([4, 1, 3, 2], share)).toBe(expected);
  });
});

describe('the waits of askers', () => {
  test('are those of all rounds, and the medians of what each round begins with and takes longer', () => {
    const rounds = [[30, 10, 20], [50, 90, 60], [], [5, 6, 40]];
    expect(waitsOf(rounds)).toEqual({ p50Ms: 30, p99Ms: 90, firstMs: 10, behindFirstMs: 10 });
  });
});
