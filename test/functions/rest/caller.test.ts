import { describe, expect, test } from '@jest/globals';
import { callerName, callerNames, claimOf, keyIdOf, signerOf, sourceOf } from '../../../functions/rest/caller.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';

const ROLE_SESSION = 'arn:aws:sts::111122223333:assumed-role/till-gateway/store-7@ops.example';

describe('who asks, by what the gateway says of the caller:', () => {
  test.each<[string, ProxyRequest['identity'], string | undefined]>([
    ['the id of an API key', { apiKeyId: 'a1b2c3d4e5', apiKey: 'the-value' }, 'a1b2c3d4e5'],
    ['the key before the role', { apiKeyId: 'a1b2c3d4e5', userArn: ROLE_SESSION }, 'a1b2c3d4e5'],
    ['the role, whatever its session', { apiKeyId: null, userArn: ROLE_SESSION }, 'till-gateway'],
    ['a user', { userArn: 'arn:aws:iam::111122223333:user/operators/asha' }, 'asha'],
    ['an account', { userArn: 'arn:aws:iam::111122223333:root' }, 'root'],
    ['a role of another partition', { userArn: 'arn:aws-cn:sts::111122223333:assumed-role/till/x' }, 'till'],
    ['no caller, of an address alone', { apiKeyId: null, userArn: null, sourceIp: '192.0.2.7' }, undefined],
    ['no caller, of the key’s value', { apiKey: 'the-value' }, undefined],
    ['no caller, of what is no id', { apiKeyId: 'a b"}' }, undefined],
    ['no caller, of what is no ARN', { userArn: '919876543210' }, undefined],
    ['no caller, of a number', { apiKeyId: 7, userArn: {} }, undefined],
    ['no caller, without an identity', undefined, undefined],
    ['no caller, of null', null, undefined],
  ])('%s', (_title, identity, name) => {
    expect(callerName(proxyEvent({ ...(identity !== undefined && { identity }) }))).toBe(name);
  });

  test('a signer is named in full, a key by its id, an address for counting', () => {
    const event = proxyEvent({ identity: { apiKeyId: 'k1', userArn: ROLE_SESSION, sourceIp: '2001:db8::7' } });
    expect([keyIdOf(event), signerOf(event), sourceOf(event)]).toEqual(['k1', ROLE_SESSION, '2001:db8::7']);
    expect(sourceOf(proxyEvent({ identity: { sourceIp: 'somebody' } }))).toBeUndefined();
  });
});

describe('the caller by what it proves', () => {
  const identity = { apiKeyId: 'a1b2c3d4e5', userArn: ROLE_SESSION, sourceIp: '192.0.2.7' };
  const ADDRESS_ONLY = { apiKeyId: null, userArn: null, sourceIp: '192.0.2.7' };
  const authorizer = { claims: { iss: 'https://issuer.example', sub: 'till-7', client_id: 'shops' } };
  const jwt = (callerClaim: string) => ({ kind: 'jwt', callerClaim, classClaim: undefined }) as const;

  test.each<[string, Parameters<typeof callerNames>[0], ProxyRequest, string | undefined, string | undefined]>([
    ['a key', { kind: 'apiKey' }, { identity, authorizer }, 'a1b2c3d4e5', 'key a1b2c3d4e5'],
    [
      'a signature, whatever key is sent beside it',
      { kind: 'iam' },
      { identity, authorizer },
      'till-gateway',
      'role arn:aws:sts::111122223333:assumed-role/till-gateway',
    ],
    ['no signature', { kind: 'iam' }, { identity: { ...ADDRESS_ONLY, apiKeyId: 'a1' } }, undefined, 'source 192.0.2.7'],
    ['a token, whatever is sent beside it', jwt('sub'), { identity, authorizer }, 'till-7', 'claim till-7'],
    ['another claim of a token', jwt('client_id'), { identity, authorizer }, 'shops', 'claim shops'],
    ['a token without that claim', jwt('azp'), { identity, authorizer }, undefined, 'source 192.0.2.7'],
    ['a claim of the prototype', jwt('constructor'), { identity, authorizer }, undefined, 'source 192.0.2.7'],
    [
      'a person’s address, which is no name for a log',
      jwt('email'),
      { identity, authorizer: { claims: { email: 'asha@example.com' } } },
      undefined,
      'claim asha@example.com',
    ],
    [
      'a claim that is a list',
      jwt('aud'),
      { identity, authorizer: { claims: { aud: ['a'] } } },
      undefined,
      'source 192.0.2.7',
    ],
    ['no token', jwt('sub'), { identity, authorizer: null }, undefined, 'source 192.0.2.7'],
    ['nothing at all', jwt('sub'), {}, undefined, undefined],
  ])('%s', (_, proof, request, inLog, counted) => {
    const names = callerNames(proof);
    const event = proxyEvent(request);
    expect([names.inLog(event), names.counted(event)]).toEqual([inLog, counted]);
  });

  test('a claim has a limit', () => {
    const withClaim = (length: number) => proxyEvent({ authorizer: { claims: { sub: 'a'.repeat(length) } } });
    expect(claimOf(withClaim(1000), 'sub')).toHaveLength(1000);
    expect(claimOf(withClaim(1001), 'sub')).toBeUndefined();
  });
});
