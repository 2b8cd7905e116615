import { describe, expect, test } from '@jest/globals';
import type { Environment } from '../../functions/settings/settings.ts';
import { startLocal } from '../../local/service.ts';
import { tryOut } from '../../local/try-out.ts';
import { PATIENT } from '../support/patience.ts';

describe('the two curl lines', () => {
  test.each<[string, Environment]>([
    ['by default', {}],
    ['in another country', { DEFAULT_COUNTRY: 'GB' }],
    ['with dual eligibility by mobile', { PRIMARY_IDENTIFIER: 'mobile' }],
    ['with dual eligibility by e-mail', { PRIMARY_IDENTIFIER: 'email' }],
    ['with dual eligibility by externalId', { PRIMARY_IDENTIFIER: 'externalId' }],
    ['with API keys', { LOCAL_API_KEYS: 'till-key,kiosk-key' }],
  ])('are a miss, then a hit in another spelling: %s', async (_, environment) => {
    const log = { info: () => undefined, error: () => undefined };
    const service = await startLocal({ ...PATIENT, PORT: '0', ...environment }, { log, simulator: { latencyMs: 0 } });
    try {
      const lines = tryOut(service.url, service.settings, service.local.apiKeys);

      const statuses: (string | null)[] = [];
      for (const line of lines) {
        const [, key, url = ''] = /^curl -i(?: -H 'x-api-key: ([^']+)')? '([^']+)'$/.exec(line) ?? [];
        const response = await fetch(url, { headers: key === undefined ? {} : { 'x-api-key': key } });
        statuses.push(response.headers.get('cache-status'));
      }

      expect(new Set(lines).size).toBe(2);
      expect(statuses).toEqual([
        'lookaside; fwd=miss; fwd-status=200; stored',
        expect.stringMatching(/^lookaside; hit; ttl=\d+$/),
      ]);
    } finally {
      await service.close();
    }
  });
});
