import { describe, expect, test } from '@jest/globals';
import type { CanonicalRequest } from '../../../../functions/customer/request/canonical-request.ts';
import { AuditDraw } from '../../../../functions/lookup/audit/draw-audits.ts';
import { type CacheEntry, EMPTY_ITEM, type StoredItem } from '../../../../functions/lookup/entry.ts';
import type { Decision } from '../../../../functions/lookup/freshness.ts';
import { RecordingRevalidator } from '../../../support/fleet.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const REQUEST = { api: 'v2' } as CanonicalRequest;
const ENTRY = { kind: 'found', askedAt: 5000 } as unknown as CacheEntry;
const ITEM: StoredItem = { ...EMPTY_ITEM, version: 'token-1', entry: ENTRY };
const LEASE = { token: 'token-2', until: 0, durationMs: 0, expectedMs: undefined };

type Hit = Extract<Decision, { use: 'hit' }>;

/** @param drawn the random number; the share is a half */
function start(drawn = 0.4) {
  const clock = new ManualClock();
  const revalidator = new RecordingRevalidator();
  const draw = new AuditDraw({ clock, random: () => drawn, revalidator }, 0.5);
  const askFor = (item: StoredItem, detail?: Hit['detail']) =>
    draw.askFor(REQUEST, item, { use: 'hit', detail } as unknown as Hit);
  return { clock, revalidator, draw, askFor };
}

describe('the request for the audit of a hit', () => {
  test('takes time: the entry must be judged again', async () => {
    const { clock, revalidator, askFor } = start();
    expect(await askFor(ITEM)).toBe(true);
    const audit = { version: 'token-1', askedAt: 5000, servedAt: clock.now(), isExtra: true };
    expect([revalidator.requests, revalidator.audits]).toEqual([[REQUEST], [audit]]);
  });

  test.each<[string, number, Partial<StoredItem>, Hit['detail'] | undefined]>([
    ['the hit is not drawn', 0.5, {}, undefined],
    ['its revalidation draws it', 0, {}, 'stale-while-revalidate'],
    ['a fetch is in progress', 0, { lease: LEASE }, undefined],
    [
      'the upstream failed for it a short time ago',
      0,
      { revalidation: { until: Date.UTC(2100, 0), backoffMs: 1 } },
      undefined,
    ],
  ])('is left out, and takes no time, if %s', async (_why, drawn, more, detail) => {
    const { revalidator, askFor } = start(drawn);
    expect(await askFor({ ...ITEM, ...more }, detail)).toBe(false);
    expect(revalidator.requests).toEqual([]);
  });
});

describe('the audit of a hit with a due revalidation', () => {
  test('goes with the revalidation', () => {
    const { clock, draw } = start();
    const audit = { version: 'token-1', askedAt: 5000, servedAt: clock.now(), isExtra: false };
    expect(draw.drawDue(ITEM)).toEqual(audit);
  });

  test.each<[string, number, Partial<StoredItem>]>([
    ['chance leaves it out', 0.5, {}],
    ['the item has no entry', 0, { entry: undefined }],
    ['the entry has no version', 0, { version: undefined }],
  ])('is left out if %s', (_why, drawn, more) => {
    expect(start(drawn).draw.drawDue({ ...ITEM, ...more })).toBeUndefined();
  });
});
