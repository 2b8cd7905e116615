import { describe, expect, test } from '@jest/globals';
import { FAILURE_KINDS } from '../../../functions/lookup/upstream.ts';
import { misconfigurationOf, withMisconfiguration } from '../../../local/observation/misconfiguration.ts';

describe('our own misconfiguration', () => {
  const expected: Readonly<Record<string, readonly [never: string | undefined, hasAnswered: string | undefined]>> = {
    'credentials-refused': ['UPSTREAM_CREDENTIALS', 'UPSTREAM_CREDENTIALS'],
    'credentials-unreadable': ['UPSTREAM_CREDENTIALS', 'UPSTREAM_CREDENTIALS'],
    connection: ['UPSTREAM_BASE_URL', undefined],
    invalid: ['UPSTREAM_BASE_URL', undefined],
  };

  test.each(FAILURE_KINDS.map((kind) => [kind]))('differs from trouble of the upstream: %s', (upstreamFailure) => {
    const [never, answered] = expected[upstreamFailure] ?? [undefined, undefined];
    expect(misconfigurationOf({ upstreamFailure }, false)).toBe(never);
    expect(misconfigurationOf({ upstreamFailure }, true)).toBe(answered);
  });

  test('does not exist if nothing failed', () => {
    expect(misconfigurationOf({ cache: 'miss' }, false)).toBeUndefined();
  });

  test('is an error in the log, which names the setting; everything else does not change', () => {
    const lines: unknown[] = [];
    const log = withMisconfiguration({
      info: (message, facts) => lines.push(['INFO', message, facts]),
      error: (message, facts) => lines.push(['ERROR', message, facts]),
    });
    const unreachable = { cache: 'miss', answer: 'failed', upstreamFailure: 'connection' };
    const refused = { cache: 'hit', upstreamFailure: 'credentials-refused' };
    const page = { cache: 'miss', answer: 'failed', upstreamFailure: 'invalid', upstreamStatus: 200 };
    const fetched = { cache: 'miss', answer: 'found', upstreamStatus: 200 };

    log.info('request', unreachable);
    log.info('request', page);
    log.info('request', fetched);
    log.info('request', unreachable);
    log.info('request', refused);
    log.error('request', { code: 'internal_error' });

    expect(lines).toEqual([
      ['ERROR', 'request', { ...unreachable, misconfiguration: 'UPSTREAM_BASE_URL' }],
      ['ERROR', 'request', { ...page, misconfiguration: 'UPSTREAM_BASE_URL' }],
      ['INFO', 'request', fetched],
      ['INFO', 'request', unreachable],
      ['ERROR', 'request', { ...refused, misconfiguration: 'UPSTREAM_CREDENTIALS' }],
      ['ERROR', 'request', { code: 'internal_error' }],
    ]);
  });
});
