import { hash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { CacheKey } from '../../../../functions/customer/request/cache-key.ts';
import type { CacheEntry } from '../../../../functions/lookup/entry.ts';
import { fc } from '../../../support/properties.ts';

/** The time of a request. */
export const ASKED_AT = Date.UTC(2026, 10, 22, 12);

/** An entry that may be stored. */
export function anEntry(changes: Partial<CacheEntry> = {}): CacheEntry {
  return {
    kind: 'found',
    status: 200,
    body: '{"id":566881933,"loyaltyInfo":{"lifetimePurchases":221350.000}}',
    askedAt: ASKED_AT,
    freshnessCut: 0.0375,
    expiresAt: ASKED_AT + 86_700_000,
    customer: 'keyed-hash',
    customerAliases: [],
    staleFrom: undefined,
    ...changes,
  };
}

/** A key that no other test uses. */
export function aKey(changes: Partial<CacheKey> = {}): CacheKey {
  return { partition: randomBytes(32).toString('base64url'), variant: 'v2;fields=x4Tr0bQd', ...changes };
}

/** A body with a gzipped form of at most this number of bytes, and hardly fewer. */
export function bodyGzippedTo(bytes: number): string {
  // Random base64 packs to three quarters, so four characters less are about three bytes less.
  let body = randomBytes(bytes).toString('base64url');
  for (;;) {
    const excess = gzipSync(body).length - bytes;
    if (excess <= 0) return body;
    body = body.slice(0, -Math.ceil((excess * 4) / 3));
  }
}

/** A body as the upstream writes it, of a customer with so many cards: 190 characters each. */
export function bodyOfCards(count: number): string {
  const cardDetails = Array.from({ length: count }, (_, n) => {
    // Digits that do not repeat, as those of real cards.
    const digits = hash('sha256', `card ${n}`, 'hex');
    return {
      seriesName: `series ${digits.slice(0, 4)}`,
      type: 'DIGITAL',
      cardNumber: digits.slice(4, 20),
      seriesCode: digits.slice(20, 24),
      statusInfo: { isActive: n % 2 === 0, label: 'ACTIVE', status: 'ACTIVE' },
      expiryDate: `2028-0${1 + (n % 9)}-01T00:00:00Z`,
    };
  });
  return JSON.stringify({ id: 566_881_933, segments: {}, cardDetails, warnings: [] });
}

/** Every entry that the look-up may make. */
export const entries: fc.Arbitrary<CacheEntry> = fc.record({
  kind: fc.constantFrom('found' as const, 'not-found' as const),
  status: fc.integer({ min: 200, max: 599 }),
  // Well-formed, as JSON text is.
  body: fc.oneof(fc.json(), fc.string({ unit: 'grapheme', maxLength: 4000 }), fc.nat(50).map(bodyOfCards)),
  askedAt: fc.integer({ min: 0, max: ASKED_AT * 2 }),
  freshnessCut: fc.integer({ min: 0, max: 1000 }).map((cut) => cut / 10_000),
  expiresAt: fc.integer({ min: 0, max: ASKED_AT * 2 }),
  customer: fc.option(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 43 }), { nil: undefined }),
  customerAliases: fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 43 }), { maxLength: 2 }),
  staleFrom: fc.option(fc.integer({ min: 0, max: ASKED_AT * 2 }), { nil: undefined }),
});
