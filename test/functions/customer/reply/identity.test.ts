import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../../functions/customer/json/json.ts';
import { isAboutSubject } from '../../../../functions/customer/reply/identity.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const SUBJECT = {
  source: 'INSTORE',
  accountId: undefined,
  identifier: { name: 'mobile', value: '919876543210' },
} as const;

/** Whether a reply that lists these mobiles is about the subject. */
function isAbout(mobiles: readonly string[]): Promise<boolean> {
  const identifiers = mobiles.map((value) => ({ type: 'mobile', value }));
  return isAboutSubject('v2', { profiles: [{ identifiers }] } as unknown as JsonObject, SUBJECT, DEFAULT_READING);
}

/** Mobiles of other customers. */
const others = (count: number) =>
  Array.from({ length: count }, (_, index) => `9180000${String(index).padStart(5, '0')}`);

describe('a reply with very many identifiers of the requested type', () => {
  test('is about the customer, if the requested one is among the first 500', async () => {
    expect(await isAbout([...others(499), '9876543210'])).toBe(true);
  });

  test('counts as a reply about another customer, if it is later: the service does not store it', async () => {
    expect(await isAbout([...others(500), '9876543210'])).toBe(false);
  });

  test('counts a repeated one once', async () => {
    expect(await isAbout([...Array.from({ length: 1000 }, () => '918000000000'), '9876543210'])).toBe(true);
  });
});
