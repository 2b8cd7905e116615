import { describe, expect, test } from '@jest/globals';
import { callerNames } from '../../../functions/callers/caller-names.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';

const ROLE_SESSION = 'arn:aws:sts::111122223333:assumed-role/till-gateway/store-7@ops.example';

describe('the name of a caller, by its credential', () => {
  const identity = { apiKeyId: 'a1b2c3d4e5', userArn: ROLE_SESSION, sourceIp: '192.0.2.7' };
  const ADDRESS_ONLY = { apiKeyId: null, userArn: null, sourceIp: '192.0.2.7' };
  const authorizer = { claims: { iss: 'https://issuer.example', sub: 'till-7', client_id: 'shops' } };
  const jwt = (callerClaim: string) => ({ kind: 'jwt', callerClaim, classClaim: undefined }) as const;

  test.each<[string, Parameters<typeof callerNames>[0], ProxyRequest, string | undefined, string | undefined]>([
    ['a key', { kind: 'apiKey' }, { identity, authorizer }, 'a1b2c3d4e5', 'key a1b2c3d4e5'],
    [
      'a signature, even if a key is sent beside it',
      { kind: 'iam' },
      { identity, authorizer },
      'till-gateway',
      'role arn:aws:sts::111122223333:assumed-role/till-gateway',
    ],
    ['no signature', { kind: 'iam' }, { identity: { ...ADDRESS_ONLY, apiKeyId: 'a1' } }, undefined, 'source 192.0.2.7'],
    ['a token, even if something is sent beside it', jwt('sub'), { identity, authorizer }, 'till-7', 'claim till-7'],
    ['another claim of a token', jwt('client_id'), { identity, authorizer }, 'shops', 'claim shops'],
    ['a token without that claim', jwt('azp'), { identity, authorizer }, undefined, 'source 192.0.2.7'],
    ['a claim of the prototype', jwt('constructor'), { identity, authorizer }, undefined, 'source 192.0.2.7'],
    [
      'a person’s address, which must not be in a log',
      jwt('email'),
      { identity, authorizer: { claims: { email: 'asha@example.com' } } },
      undefined,
      'claim asha@example.com',
    ],
    [
      'digits that may be a phone number, which must not be in a log',
      jwt('sub'),
      { identity, authorizer: { claims: { sub: '919876543210' } } },
      undefined,
      'claim 919876543210',
    ],
    ['a short number', jwt('sub'), { authorizer: { claims: { sub: '1234567' } } }, '1234567', 'claim 1234567'],
    [
      'a number that is too long for a phone',
      jwt('sub'),
      { authorizer: { claims: { sub: '1035479915971428' } } },
      '1035479915971428',
      'claim 1035479915971428',
    ],
    [
      'a claim that is a list',
      jwt('aud'),
      { identity, authorizer: { claims: { aud: ['a'] } } },
      undefined,
      'source 192.0.2.7',
    ],
    [
      'a claim too long for a log',
      jwt('sub'),
      { authorizer: { claims: { sub: 'a'.repeat(129) } } },
      undefined,
      `claim ${'a'.repeat(129)}`,
    ],
    ['no token', jwt('sub'), { identity, authorizer: null }, undefined, 'source 192.0.2.7'],
    ['nothing at all', jwt('sub'), {}, undefined, undefined],
  ])('%s', (_, proof, request, inLog, counted) => {
    const names = callerNames(proof);
    const event = proxyEvent(request);
    expect([names.inLog(event), names.counted(event)]).toEqual([inLog, counted]);
  });

  test.each([
    '98765432',
    '123456789012345',
    '987-654-3210',
    '98.76.54.32.10',
    'sms|919876543210',
    'tel:91-98765-43210',
  ])('has no digits in a log that may be a phone number: %s', (sub) => {
    expect(callerNames(jwt('sub')).inLog(proxyEvent({ authorizer: { claims: { sub } } }))).toBeUndefined();
  });
});
