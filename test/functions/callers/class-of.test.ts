import { describe, expect, test } from '@jest/globals';
import { createClassOf } from '../../../functions/callers/class-of.ts';
import { toCallerClasses } from '../../../functions/settings/caller-classes.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';

const read = (classes: object) => toCallerClasses(JSON.stringify(classes)) ?? new Map();

describe('the class of a key', () => {
  const classes = createClassOf(read({ tills: {}, kiosks: {} }), { kind: 'apiKey' });
  const withDefault = createClassOf(read({ tills: { isDefault: true }, kiosks: {} }), { kind: 'apiKey' });

  test.each([
    ['tills.4fJ', 'tills', 'tills'],
    ['kiosks.4fJ', 'kiosks', 'kiosks'],
    ['kiosks.tills.4fJ', 'kiosks', 'kiosks'],
    ['kiosks.', 'kiosks', 'kiosks'],
    // The keys of a removed class belong to no other class.
    ['others.4fJ', undefined, undefined],
    ['Kiosks.4fJ', undefined, undefined],
    ['.4fJ', undefined, undefined],
    ['__proto__.4fJ', undefined, undefined],
    // A key that AWS made; and no key at all, if the gateway needs none.
    ['kiosks', undefined, 'tills'],
    ['Qm8kZ', undefined, 'tills'],
    ['', undefined, 'tills'],
    [null, undefined, 'tills'],
    [undefined, undefined, 'tills'],
  ])('%j is %s, and %s where tills are the default', (apiKey, expected, expectedWithDefault) => {
    const event = proxyEvent({ identity: { apiKey } });
    expect(classes(event)?.name).toBe(expected);
    expect(withDefault(event)?.name).toBe(expectedWithDefault);
  });
});

describe('the class of a signer', () => {
  const CLASSES = {
    tills: { roles: ['arn:aws:iam::111122223333:role/shops/till-gateway', 'arn:aws:iam::111122223333:user/ops/asha'] },
    kiosks: { roles: ['arn:aws:iam::111122223333:role/kiosk'] },
  };
  const classes = createClassOf(read(CLASSES), { kind: 'iam' });
  const withDefault = createClassOf(read({ ...CLASSES, services: { isDefault: true } }), { kind: 'iam' });
  const session = (role: string, account = '111122223333') => `arn:aws:sts::${account}:assumed-role/${role}/store-7`;

  test.each<[string, ProxyRequest['identity'], string | undefined, string | undefined]>([
    ['a session of a role', { userArn: session('till-gateway') }, 'tills', 'tills'],
    ['a session of a role of another class', { userArn: session('kiosk') }, 'kiosks', 'kiosks'],
    ['a user', { userArn: 'arn:aws:iam::111122223333:user/ops/asha' }, 'tills', 'tills'],
    ['a role that no class has', { userArn: session('nightly-report') }, undefined, 'services'],
    ['a role of that name in another account', { userArn: session('kiosk', '444455556666') }, undefined, 'services'],
    [
      'a role of that name in another partition',
      { userArn: session('kiosk').replace('aws', 'aws-cn') },
      undefined,
      'services',
    ],
    ['a user with the name of a role', { userArn: 'arn:aws:iam::111122223333:user/kiosk' }, undefined, 'services'],
    [
      'a session with the name of a role',
      { userArn: session('other').replace('store-7', 'kiosk') },
      undefined,
      'services',
    ],
    ['the account itself', { userArn: 'arn:aws:iam::111122223333:root' }, undefined, 'services'],
    // A value that the gateway did not check names no class: the check would fail open.
    ['a key beside a signature', { userArn: session('other'), apiKey: 'kiosks.4fJ' }, undefined, 'services'],
    ['a key without a signature', { userArn: null, apiKey: 'kiosks.4fJ', apiKeyId: 'a1' }, undefined, undefined],
    ['no signature', { userArn: null }, undefined, undefined],
    ['a text that is not an ARN', { userArn: 'kiosk' }, undefined, undefined],
    ['no identity', null, undefined, undefined],
  ])('%s', (_, identity, expected, expectedWithDefault) => {
    const event = proxyEvent({ ...(identity !== undefined && { identity }) });
    expect(classes(event)?.name).toBe(expected);
    expect(withDefault(event)?.name).toBe(expectedWithDefault);
  });
});

describe('the class of a token', () => {
  const CLASSES = { tills: {}, kiosks: {} };
  const proof = { kind: 'jwt', callerClaim: 'sub', classClaim: 'cognito:groups' } as const;
  const classes = createClassOf(read(CLASSES), proof);
  const withDefault = createClassOf(read({ ...CLASSES, services: { isDefault: true } }), proof);
  const token = (groups?: unknown) => ({
    claims: { iss: 'https://issuer.example', sub: 'till-7', ...(groups !== undefined && { 'cognito:groups': groups }) },
  });

  test.each<[string, ProxyRequest['authorizer'], string | undefined, string | undefined]>([
    ['a claim with its name', token('kiosks'), 'kiosks', 'kiosks'],
    ['a list of one', token('[tills]'), 'tills', 'tills'],
    ['a list with one class in it', token('[staff tills all]'), 'tills', 'tills'],
    ['a list with commas', token('[staff, tills]'), 'tills', 'tills'],
    ['a list with one class twice', token('[tills tills]'), 'tills', 'tills'],
    ['a list with two classes', token('[tills kiosks]'), undefined, undefined],
    ['a list without a class', token('[staff]'), undefined, undefined],
    ['an empty list', token('[]'), undefined, undefined],
    ['another word', token('staff'), undefined, undefined],
    ['a word that begins with a class', token('kiosks.4fJ'), undefined, undefined],
    ['a name of the prototype', token('__proto__'), undefined, undefined],
    ['no such claim', token(), undefined, 'services'],
    // An unreadable claim does not count as an absent one: the check would fail open.
    ['an empty claim', token(''), undefined, undefined],
    ['a claim that is null', token(null), undefined, undefined],
    ['a claim that is a list', token(['kiosks']), undefined, undefined],
    ['a claim that is a list of such a text', token(['[kiosks]']), undefined, undefined],
    ['a very long list', token(`[${'staff '.repeat(2000)}kiosks]`), 'kiosks', 'kiosks'],
    ['a very long text', token('k'.repeat(9000)), undefined, undefined],
    ['claims of no issuer', { claims: { 'cognito:groups': 'kiosks' } }, undefined, undefined],
    ['no claims', { claims: null }, undefined, undefined],
    ['claims that are a text', { claims: 'iss' }, undefined, undefined],
    ['no token', null, undefined, undefined],
  ])('%s', (_, authorizer, expected, expectedWithDefault) => {
    // A key that the caller sends beside its token does not count.
    const event = proxyEvent({ authorizer: authorizer ?? null, identity: { apiKey: 'kiosks.4fJ', apiKeyId: 'a1' } });
    expect(classes(event)?.name).toBe(expected);
    expect(withDefault(event)?.name).toBe(expectedWithDefault);
  });

  test('is the default class if no claim names one', () => {
    const all = createClassOf(read({ tills: { isDefault: true }, kiosks: {} }), { ...proof, classClaim: undefined });
    expect(all(proxyEvent({ authorizer: token('kiosks') }))?.name).toBe('tills');
    expect(all(proxyEvent({ authorizer: null }))).toBeUndefined();
  });
});
