import { describe, expect, test } from '@jest/globals';
import { toCallLimits } from '../../../functions/settings/call-limits.ts';
import { parseSettings } from '../../../functions/settings/settings.ts';

const REQUIRED = {
  UPSTREAM_BASE_URL: 'https://upstream.example',
  UPSTREAM_CREDENTIALS_ARN: 'arn',
  CACHE_KEY_SECRET: 'secret',
};

describe('UPSTREAM_CALLS_PER_MINUTE', () => {
  test.each([
    ['600', { v2: 600, 'v1.1': 600 }],
    ['1', { v2: 1, 'v1.1': 1 }],
    ['10000000', { v2: 10_000_000, 'v1.1': 10_000_000 }],
    ['v2=600,v1.1=300', { v2: 600, 'v1.1': 300 }],
    ['v1.1=300, v2 = 600', { v2: 600, 'v1.1': 300 }],
    ['v2=600', { v2: 600 }],
    ['v1.1=300,', { 'v1.1': 300 }],
  ])('%s is read', (text, limits) => {
    expect(toCallLimits(text)).toEqual(limits);
    expect(parseSettings({ ...REQUIRED, UPSTREAM_CALLS_PER_MINUTE: text }).upstream.callLimits).toEqual(limits);
  });

  test.each([
    '0',
    '-1',
    '1.5',
    '1e3',
    '10000001',
    'v2',
    'v2=',
    'v2=0',
    'v2=600,v2=700',
    'v3=600',
    'V2=1',
    '600,700',
    ',',
  ])('%s is refused, and the message says what is allowed', (text) => {
    expect(() => parseSettings({ ...REQUIRED, UPSTREAM_CALLS_PER_MINUTE: text })).toThrow(
      /UPSTREAM_CALLS_PER_MINUTE is ".*"; allowed is a whole number of calls, 1 to 10000000, .* v2=600,v1\.1=300/,
    );
  });

  test('is not set by default: there is no budget', () => {
    expect(parseSettings(REQUIRED).upstream.callLimits).toBeUndefined();
    expect(parseSettings({ ...REQUIRED, UPSTREAM_CALLS_PER_MINUTE: ' ' }).upstream.callLimits).toBeUndefined();
  });
});
