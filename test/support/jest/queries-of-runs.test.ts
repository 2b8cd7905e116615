import { expect, test } from '@jest/globals';
import { QueriesOfRuns } from './queries-of-runs.ts';

test('the first run of a test file has the same query in each process', () => {
  expect(new QueriesOfRuns().next('/a.test.ts')).toMatch(/^\?\d+$/);
  expect(new QueriesOfRuns().next('/a.test.ts')).toBe(new QueriesOfRuns().next('/a.test.ts'));
});

test('no two runs in one process have the same query', () => {
  const queries = new QueriesOfRuns();
  const made = ['/a.test.ts', '/b.test.ts', '/a.test.ts', '/a.test.ts', '/b.test.ts'].map((file) => queries.next(file));
  expect(new Set(made).size).toBe(made.length);
});
