import { describe, expect, test } from '@jest/globals';
import { type Environment, parseSettings } from '../../functions/settings/settings.ts';
import { startLocal } from '../../local/service.ts';
import { functionsEnvironment } from '../../local/settings.ts';
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
    [
      'with a key of a class that may',
      {
        LOCAL_API_KEYS: 'plain,others.1,web.1,kiosks.1',
        CALLERS: '{"web":{"sources":["WECHAT"]},"kiosks":{"sources":["ALL","INSTORE"]}}',
      },
    ],
    ['with a default class', { CALLERS: '{"kiosks":{},"tills":{"isDefault":true}}' }],
  ])('make a miss, then a hit in another spelling: %s', async (_, environment) => {
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

test.each<[string, Environment, RegExp]>([
  [
    'a signature, over a sorted query: curl before 8.3 does not sort it',
    { CALLER_AUTH: 'iam' },
    /^curl -i --aws-sigv4 aws:amz:us-east-1:execute-api --user "\$AWS_ACCESS_KEY_ID:\$AWS_SECRET_ACCESS_KEY" '[^']+\?identifierName=mobile&identifierValue=[^&]+&source=INSTORE'$/,
  ],
  ['a token', { CALLER_AUTH: 'jwt' }, /^curl -i -H "Authorization: Bearer \$TOKEN" '[^']+\?source=INSTORE&[^']+'$/],
])('the curl lines show %s, and no secret', (_, environment, form) => {
  const settings = parseSettings(functionsEnvironment(environment, 'http://127.0.0.1'));
  for (const line of tryOut('http://127.0.0.1:3000', settings, undefined)) expect(line).toMatch(form);
});
