import { expect, test } from '@jest/globals';
import type { LookupPurpose } from '../../functions/lookup/lookup-policy.ts';
import { parseSettings } from '../../functions/settings/settings.ts';
import { type StartReadiness, startReadiness } from '../../functions/start-readiness.ts';

const PROVISIONED = 'provisioned-concurrency';

test.each<[string, string | undefined, LookupPurpose, 'on' | 'bypass', StartReadiness]>([
  ['does not run on Lambda', undefined, 'answer', 'on', 'hit'],
  ['does not run on Lambda, and revalidates', undefined, 'revalidate', 'on', 'hit'],
  ['does not run on Lambda, and has no cache', undefined, 'answer', 'bypass', 'hit'],
  ['has provisioned concurrency', PROVISIONED, 'answer', 'on', 'fetch'],
  ['revalidates', 'on-demand', 'revalidate', 'on', 'fetch'],
  ['has no cache', 'on-demand', 'answer', 'bypass', 'fetch'],
  ['starts with a request', 'on-demand', 'answer', 'on', 'hit'],
  ['starts in another way', 'snap-start', 'answer', 'on', 'hit'],
])('an instance that %s is ready for this', (_title, initializationType, purpose, CACHE_MODE, readiness) => {
  const settings = parseSettings({
    UPSTREAM_BASE_URL: 'https://upstream.invalid',
    UPSTREAM_CREDENTIALS: '{"username":"till","password":"made up"}',
    CACHE_KEY_SECRET: 'made up',
    CACHE_MODE,
    AWS_LAMBDA_INITIALIZATION_TYPE: initializationType,
  });
  expect(startReadiness(settings, purpose)).toBe(readiness);
});
