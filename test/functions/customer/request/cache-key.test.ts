import { createHmac, hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { compileProjection } from '../../../../functions/customer/reply/projection.ts';
import {
  cacheKey,
  callerHash,
  customerHash,
  keyText,
  partitionKey,
  projectionPart,
} from '../../../../functions/customer/request/cache-key.ts';
import { upstreamParameters } from '../../../../functions/customer/request/canonical-request.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { fc } from '../../../support/properties.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const PROJECTION = compileProjection('id');
const MP1 = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
const requestOf = async (changes: Readonly<Record<string, string>> = {}) =>
  (await readV2Request(Object.entries({ ...MP1, ...changes }), DEFAULT_READING)).request;

describe('the key of an entry', () => {
  test('is a keyed hash of the customer that the look-up asks for, over a form that has only one reading', async () => {
    const { subject } = await requestOf({ source: 'WECHAT', accountId: 'A' });
    expect(subject).not.toHaveProperty('accountId');
    if (subject === undefined) throw new Error('There is no subject.');
    const preImage = '["WECHAT","externalId","MP1"]';
    const expected = createHmac('sha256', 'secret').update(preImage).digest('base64url');
    expect(partitionKey(subject, 'secret')).toBe(expected);
    expect(expected).toMatch(/^[\w-]{43}$/);
  });

  test('has a variant in words without personal data', async () => {
    const key = cacheKey(await requestOf({ embed: 'points,MLP', gapToRenew: '5' }), PROJECTION, 'secret');
    expect(key?.variant).toMatch(/^v2;embed=mlp,points;gapToRenew=5;fields=[\w-]{8}$/);
    expect(cacheKey(await requestOf(), PROJECTION, 'secret')?.variant).toMatch(/^v2;fields=[\w-]{8}$/);
  });

  test('B1: lies in one partition for a look-up under any account; the account is a keyed hash in the variant', async () => {
    const keys = await Promise.all(
      [undefined, 'acc1', 'acc2', '919876543210'].map(async (accountId) =>
        cacheKey(await requestOf(accountId === undefined ? {} : { accountId }), PROJECTION, 'secret'),
      ),
    );
    expect(new Set(keys.map((key) => key?.partition)).size).toBe(1);
    expect(new Set(keys.map((key) => key?.variant)).size).toBe(keys.length);
    const hash = createHmac('sha256', 'secret').update('["account","acc1"]').digest('base64url');
    expect(keys[1]?.variant).toMatch(new RegExp(`^v2;account=${hash};fields=[\\w-]{8}$`));
    expect(JSON.stringify(keys)).not.toMatch(/acc[12]|9876543210/);
  });

  test('lies in one partition for a source in any letter case, which is a keyed hash in the variant if not in capitals', async () => {
    const keys = await Promise.all(
      ['TAOBAO', 'taobao', 'Taobao', 'x9876543210'].map(async (source) =>
        cacheKey(await requestOf({ source, accountId: 'A' }), PROJECTION, 'secret'),
      ),
    );
    expect(new Set(keys.slice(0, 3).map((key) => key?.partition)).size).toBe(1);
    expect(keys[3]?.partition).not.toBe(keys[0]?.partition);
    expect(new Set(keys.map((key) => key?.variant)).size).toBe(keys.length);
    expect(keys[0]?.variant).toMatch(/^v2;account=[\w-]{43};fields=[\w-]{8}$/);
    expect(keys[1]?.variant).toMatch(/^v2;source=[\w-]{43};account=[\w-]{43};fields=[\w-]{8}$/);
    expect(JSON.stringify(keys)).not.toMatch(/9876543210/);
  });

  test('differs by subject, secret, variant and projection, and by nothing else', async () => {
    const keys = [
      cacheKey(await requestOf(), PROJECTION, 'secret'),
      cacheKey(await requestOf({ identifierValue: 'MP2' }), PROJECTION, 'secret'),
      cacheKey(await requestOf({ identifierName: 'wechat' }), PROJECTION, 'secret'),
      cacheKey(await requestOf({ accountId: 'A' }), PROJECTION, 'secret'),
      cacheKey(await requestOf({ source: 'ALL', accountId: 'A' }), PROJECTION, 'secret'),
      cacheKey(await requestOf(), PROJECTION, 'other'),
      cacheKey(await requestOf({ embed: 'points' }), PROJECTION, 'secret'),
      cacheKey(await requestOf(), compileProjection('id,segments'), 'secret'),
    ];
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(keys.length);
    expect(cacheKey(await requestOf({ fields: 'id' }), PROJECTION, 'secret')).toEqual(keys[0]);
  });

  test('of one request is another one for another projection or another secret, and is made once for the same', async () => {
    const request = await requestOf();
    const asked = [
      [PROJECTION, 'secret'],
      [PROJECTION, 'other'],
      [compileProjection('id,segments'), 'other'],
      [PROJECTION, 'secret'],
      [PROJECTION, 'secret'],
    ] as const;
    for (const [projection, secret] of asked) {
      const expected = cacheKey({ ...request }, projection, secret);
      const key = cacheKey(request, projection, secret);
      expect(key).toEqual(expected);
      expect(key && keyText(key)).toBe(JSON.stringify([expected?.partition, expected?.variant]));
      // A batch asks for each key twice: the second time costs no hash.
      expect(cacheKey(request, projection, secret)).toBe(key);
    }
  });

  test('does not exist for a look-up that must not be stored', async () => {
    const dual = { ...DEFAULT_READING, primaryIdentifier: 'mobile' as const };
    const { request } = await readV2Request(Object.entries(MP1), dual);
    expect(cacheKey(request, PROJECTION, 'secret')).toBeUndefined();
  });

  test.each([
    ['366', true],
    ['367', false],
  ])('exists for a gap of %s days: %j; the look-up is about its customer in both cases', async (gapToRenew, exists) => {
    const request = await requestOf({ embed: 'mlp', gapToRenew });
    expect(cacheKey(request, PROJECTION, 'secret') !== undefined).toBe(exists);
    expect(request.subject).toEqual((await requestOf({})).subject);
  });
});

describe('the last part of a variant', () => {
  test.each(['id', 'id,segments', '*'])('is the beginning of the SHA-256 of the projection %s', (fields) => {
    const part = projectionPart(compileProjection(fields));
    expect(part).toBe(`fields=${hash('sha256', fields, 'base64url').slice(0, 8)}`);
  });

  test('is the same for the same projection, and for another that was compiled from the same text', () => {
    const projection = compileProjection('id,profiles(firstName)');
    const part = projectionPart(projection);
    expect(projectionPart(projection)).toBe(part);
    expect(projectionPart(compileProjection(' id, profiles( firstName )'))).toBe(part);
    expect(projectionPart(compileProjection('profiles(firstName),id'))).not.toBe(part);
  });
});

describe('the hash of a caller', () => {
  test('is keyed, and never a customer’s: its text has another beginning', () => {
    const expected = createHmac('sha256', 'secret').update('["caller","till-7"]').digest('base64url');
    expect(callerHash('till-7', 'secret')).toBe(expected);
    expect(callerHash('till-7', 'other')).not.toBe(expected);
    expect(callerHash('till-8', 'secret')).not.toBe(expected);
    expect(customerHash('till-7', 'secret')).not.toBe(expected);
  });
});

describe('the hash of a customer', () => {
  test('is keyed, and never equals the hash of a subject', () => {
    expect(customerHash('7', 'secret')).toBe(
      createHmac('sha256', 'secret').update('["customer","7"]').digest('base64url'),
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (source, value) => {
        const identifier = { name: 'id' as const, value };
        expect(partitionKey({ source, identifier }, 's')).not.toBe(customerHash(value, 's'));
      }),
    );
    expect(customerHash('7', 'secret')).not.toBe(customerHash('7', 'other'));
    expect(customerHash('7', 'secret')).not.toBe(customerHash('8', 'secret'));
  });
});

test('the customer goes upstream first, then the requested sections', async () => {
  const parameters = upstreamParameters(await requestOf({ source: 'WECHAT', accountId: 'A', embed: 'points' }));
  expect(parameters).toEqual([
    ['source', 'WECHAT'],
    ['accountId', 'A'],
    ['identifierName', 'externalId'],
    ['identifierValue', 'MP1'],
    ['embed', 'points'],
  ]);
});
