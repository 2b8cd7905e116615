import { describe, expect, test } from '@jest/globals';
import { toItem } from '../../../functions/adapters/dynamodb/written-item.ts';
import type { CacheEntry } from '../../../functions/lookup/entry.ts';
import { showEntry } from '../../../local/console/shown-entry.ts';

const NOW = 1_800_000_000_000;
const WINDOWS = {
  freshForMs: 300_000,
  staleWhileRevalidateMs: 900_000,
  staleIfErrorMs: 86_400_000,
  notFoundFreshForMs: 15_000,
};
const ENTRY: CacheEntry = {
  kind: 'found',
  status: 200,
  body: '{"id":1,"profiles":[{"firstName":"Asha"}]}',
  askedAt: NOW,
  freshnessCut: 0.1,
  expiresAt: NOW + 86_700_000,
  customer: 'hash-of-customer',
  customerAliases: [],
  staleFrom: undefined,
};
const SUBJECTS = { of: (partition: string) => ({ source: 'INSTORE', identifierName: partition }) };

function show(entry: Partial<CacheEntry>, variant = 'v2;fields=abc', windows = WINDOWS) {
  const item = toItem({ partition: 'partition', variant }, { ...ENTRY, ...entry }, 'version');
  return showEntry(item ?? {}, windows, SUBJECTS);
}

describe('an entry on the page', () => {
  test('has its windows, by its own cut of freshness, its size, and the facts of its partition', () => {
    expect(show({})).toMatchObject({
      partition: 'partition',
      source: 'INSTORE',
      identifierName: 'partition',
      api: 'v2',
      kind: 'found',
      options: [],
      askedAt: NOW,
      freshUntil: NOW + 270_000,
      staleWhileRevalidateUntil: NOW + 1_170_000,
      staleIfErrorUntil: NOW + 86_670_000,
      bodyBytes: 42,
      isBeingFetched: false,
    });
  });

  test('is "not found": fresh for its own short time, never stale', () => {
    expect(show({ kind: 'not-found', expiresAt: NOW + 15_000 })).toMatchObject({
      freshUntil: NOW + 15_000,
      staleWhileRevalidateUntil: NOW + 15_000,
      staleIfErrorUntil: NOW + 15_000,
    });
  });

  test('is never served while it is revalidated if every look-up asks (FRESH_SECONDS=0)', () => {
    expect(show({}, 'v2;fields=abc', { ...WINDOWS, freshForMs: 0 })).toMatchObject({
      freshUntil: NOW,
      staleWhileRevalidateUntil: NOW,
      staleIfErrorUntil: NOW + 86_400_000,
    });
  });

  test('has the time since which it is marked stale', () => {
    expect(show({ staleFrom: NOW + 5 })).toMatchObject({ markedAt: NOW + 5 });
  });

  test('holds nothing of the reply, and only says whether there are an account and filters', () => {
    const shown = show({}, 'v2;account=a-keyed-hash;embed=points;filters=another-hash;fields=abc');
    expect(shown?.options).toEqual(['account', 'embed=points', 'filters']);
    expect(JSON.stringify({ ...shown, variant: '' })).not.toMatch(/Asha|hash/);
  });

  test('is being fetched while a lease on it lives', () => {
    const item = toItem({ partition: 'partition', variant: 'v2;fields=abc' }, ENTRY, 'version');
    const shown = (until: number) =>
      showEntry(
        { ...item, leaseToken: { S: 'holder' }, leaseMs: { N: '3000' }, leaseUntil: { N: String(until) } },
        WINDOWS,
        SUBJECTS,
      );
    expect(shown(Date.now() + 60_000)).toMatchObject({ isBeingFetched: true });
    expect(shown(Date.now() - 1)).toMatchObject({ isBeingFetched: false });
  });

  test('does not exist if the item is something else', () => {
    expect(showEntry({ pk: { S: 'customer' }, sk: { S: 'index' } }, WINDOWS, SUBJECTS)).toBeUndefined();
  });
});
