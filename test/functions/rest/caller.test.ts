import { describe, expect, test } from '@jest/globals';
import { callerName, keyIdOf, signerOf, sourceOf } from '../../../functions/rest/caller.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';

const ROLE_SESSION = 'arn:aws:sts::111122223333:assumed-role/till-gateway/store-7@ops.example';

describe('the caller, as the gateway reports it:', () => {
  test.each<[string, ProxyRequest['identity'], string | undefined]>([
    ['the id of an API key', { apiKeyId: 'a1b2c3d4e5', apiKey: 'the-value' }, 'a1b2c3d4e5'],
    ['the key before the role', { apiKeyId: 'a1b2c3d4e5', userArn: ROLE_SESSION }, 'a1b2c3d4e5'],
    ['the role, whatever its session', { apiKeyId: null, userArn: ROLE_SESSION }, 'till-gateway'],
    ['a user', { userArn: 'arn:aws:iam::111122223333:user/operators/asha' }, 'asha'],
    ['an account', { userArn: 'arn:aws:iam::111122223333:root' }, 'root'],
    ['a role of another partition', { userArn: 'arn:aws-cn:sts::111122223333:assumed-role/till/x' }, 'till'],
    ['no caller, of an address alone', { apiKeyId: null, userArn: null, sourceIp: '192.0.2.7' }, undefined],
    ['no caller, of the key’s value', { apiKey: 'the-value' }, undefined],
    ['a user whose name has a path', { userArn: 'arn:aws:iam::111122223333:user/a/b/asha' }, 'asha'],
    ['no caller, of a value that is not an id', { apiKeyId: 'a b"}' }, undefined],
    ['no caller, of a value that ends in an id', { apiKeyId: '" a' }, undefined],
    ['no caller, of a value that is not an ARN', { userArn: '919876543210' }, undefined],
    ['no caller, of a value that ends in an ARN', { userArn: `x ${ROLE_SESSION}` }, undefined],
    ['no caller, of a value that begins as an ARN', { userArn: `${ROLE_SESSION} x` }, undefined],
    ['no caller, of a number', { apiKeyId: 7, userArn: {} }, undefined],
    ['no caller, without an identity', undefined, undefined],
    ['no caller, of null', null, undefined],
  ])('%s', (_title, identity, name) => {
    expect(callerName(proxyEvent({ ...(identity !== undefined && { identity }) }))).toBe(name);
  });

  test('a signer is named in full, a key by its id, an address only for the count', () => {
    const event = proxyEvent({ identity: { apiKeyId: 'k1', userArn: ROLE_SESSION, sourceIp: '2001:db8::7' } });
    expect([keyIdOf(event), signerOf(event), sourceOf(event)]).toEqual(['k1', ROLE_SESSION, '2001:db8::7']);
    for (const sourceIp of ['somebody', '192.0.2.7, x', 'x 192.0.2.7']) {
      expect(sourceOf(proxyEvent({ identity: { sourceIp } }))).toBeUndefined();
    }
  });
});
