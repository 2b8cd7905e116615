import { describe, expect, test } from '@jest/globals';
import { AuthorizationError } from '../../../../functions/adapters/capillary/authorization.ts';
import { CapillaryUpstream } from '../../../../functions/adapters/capillary/capillary-upstream.ts';
import { systemClock } from '../../../../functions/adapters/system-clock.ts';
import type { Credentials } from '../../../../functions/credentials.ts';

const BASIC: Credentials = { kind: 'basic', username: 'till', password: 'made up' };

function upstreamWith(readCredentials: () => Promise<Credentials>): CapillaryUpstream {
  const baseUrl = 'https://upstream.invalid';
  return new CapillaryUpstream({ baseUrl, timeoutMs: 2500, clock: systemClock, random: () => 0, readCredentials });
}

describe('getting ready to ask', () => {
  test('reads the credentials, once', async () => {
    let reads = 0;
    const upstream = upstreamWith(async () => {
      reads += 1;
      return BASIC;
    });
    await Promise.all([upstream.prepare(), upstream.prepare()]);
    await upstream.prepare();
    expect(reads).toBe(1);
  });

  test('does not fail if the credentials cannot be read: the fetch says so', async () => {
    const upstream = upstreamWith(async () => {
      throw new AuthorizationError('credentials-unreadable', 'made up');
    });
    await expect(upstream.prepare()).resolves.toBeUndefined();
  });

  test('does not wait for credentials that never come', async () => {
    const upstream = upstreamWith(() => new Promise(() => {}));
    await expect(upstream.prepare()).resolves.toBeUndefined();
  });
});
