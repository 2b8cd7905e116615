import { describe, expect, test } from '@jest/globals';
import { AuthorizationError } from '../../../../functions/adapters/capillary/authorization.ts';
import { CapillaryUpstream } from '../../../../functions/adapters/capillary/capillary-upstream.ts';
import { systemClock } from '../../../../functions/adapters/system-clock.ts';
import type { Credentials } from '../../../../functions/credentials.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';
import { scriptedHttp } from '../../../support/scripted-http.ts';

const BASIC: Credentials = { kind: 'basic', username: 'till', password: 'made up' };
const PARAMETERS = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
const { request: REQUEST } = await readV2Request(Object.entries(PARAMETERS), DEFAULT_READING);

function upstreamWith(readCredentials: () => Promise<Credentials>): CapillaryUpstream {
  const baseUrl = 'https://upstream.invalid';
  const { http } = scriptedHttp(() => Promise.reject(new Error('made up')));
  return new CapillaryUpstream({
    http,
    baseUrl,
    timeoutMs: 2500,
    clock: systemClock,
    random: () => 0,
    readCredentials,
  });
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

  test('asks for nothing after it failed, so that each look-up asks once, in its fetch', async () => {
    let reads = 0;
    const upstream = upstreamWith(async () => {
      reads += 1;
      throw new AuthorizationError('server-error', 'made up');
    });
    for (const readsSoFar of [2, 3, 4]) {
      await upstream.prepare();
      expect(await upstream.fetch(REQUEST)).toMatchObject({ outcome: { failure: 'server-error' } });
      expect(reads).toBe(readsSoFar);
    }
  });

  test('asks for nothing after it failed while the breaker is open', async () => {
    let reads = 0;
    const upstream = upstreamWith(async () => {
      reads += 1;
      throw new AuthorizationError('server-error', 'made up');
    });
    for (let lookup = 0; lookup < 5; lookup += 1) await upstream.fetch(REQUEST);
    await upstream.prepare();
    expect(await upstream.fetch(REQUEST)).toMatchObject({ outcome: { failure: 'breaker-open' } });
    expect(reads).toBe(5);
  });

  test('does not wait for credentials that never come', async () => {
    const upstream = upstreamWith(() => new Promise(() => {}));
    await expect(upstream.prepare()).resolves.toBeUndefined();
  });
});
