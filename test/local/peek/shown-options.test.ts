import { expect, test } from '@jest/globals';
import { compileProjection } from '../../../functions/customer/reply/projection.ts';
import { cacheKey } from '../../../functions/customer/request/cache-key.ts';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { shownOptions } from '../../../local/peek/shown-options.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';

test('a person sees the names of the hashed parts of a key, and the other parts as they are', async () => {
  const reading = { ...DEFAULT_READING, extraParameters: ['channel'] };
  const asked = {
    source: 'taobao',
    accountId: 'acc1',
    identifierName: 'externalId',
    identifierValue: 'MP1',
    embed: 'points',
    channel: 'kiosk',
  };
  const { request } = await readV2Request(Object.entries(asked), reading);
  const [, ...options] = cacheKey(request, compileProjection('id'), 'secret')?.variant.split(';') ?? [];
  expect(shownOptions(options.slice(0, -1))).toEqual(['source', 'account', 'embed=points', 'filters']);
});
