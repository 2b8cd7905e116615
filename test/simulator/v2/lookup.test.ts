import { describe, expect, test } from '@jest/globals';
import { AUTHORIZATION, errorCode, json, startClient } from '../simulator-client.ts';

const SAMPLE = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '1234512345' };

describe('the sample customer', () => {
  test.each([
    ['mobile', '1234512345'],
    ['mobile', '911234512345'],
    ['email', 'bubalus@example.com'],
    ['email', 'Bubalus@Example.com'],
    ['externalId', '12341234'],
    ['externalID', '12341234'],
    ['cardnumber', 'mtest00000000067003'],
    ['cardExternalId', 'CardExternal2'],
    ['id', '566881933'],
  ])('is found by %s %s', async (identifierName, identifierValue) => {
    const { v2 } = await startClient();
    const response = await v2({ source: 'INSTORE', identifierName, identifierValue });
    expect(response.status).toBe(200);
    expect((await json(response)).id).toBe(566881933);
  });

  test("has the document's own digits", async () => {
    const { v2 } = await startClient();
    const body = await (await v2(SAMPLE)).text();
    expect(body).toContain('"lifetimePurchases":221350.000,');
    expect(body).toContain('"loyaltyPoints":95827.0,');
  });

  test('is the whole document with embed=mlp', async () => {
    const { v2 } = await startClient();
    const reply = await json(v2({ ...SAMPLE, embed: 'MLP' }));
    expect(Object.keys(reply)).toEqual([
      'id',
      'profiles',
      'loyaltyInfo',
      'segments',
      'associatedWith',
      'extendedFields',
      'loyaltyProgramDetails',
      'cardDetails',
      'warnings',
    ]);
    expect(reply.loyaltyProgramDetails[1].upgradeStrategies[0].customerUpgradeEntityValues.gapToUpgrade).toBe(3000);
    expect(reply.cardDetails).toHaveLength(5);
  });
});

test('a reply is compressed for a client that accepts gzip', async () => {
  const { v2 } = await startClient();
  const response = await v2(SAMPLE);
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect((await json(response)).id).toBe(566881933);
});

describe('made-up customers', () => {
  test.each([
    ['WECHAT', 'wechat-account-1', 'wechat', 'wechat-openid-0002'],
    ['MARTJACK', 'martjack-account-1', 'martjackId', 'MJ-0003'],
    ['FACEBOOK', 'facebook-account-1', 'fbId', 'fb-0005'],
    ['ALL', 'any', 'martjackId', 'MJ-0003'],
    ['ALL', 'any', 'externalId', 'CUST-0001'],
    ['INSTORE', '', 'cardExternalId', 'CardExt-1-0'],
  ])('are found in %s %s by %s', async (source, accountId, identifierName, identifierValue) => {
    const { v2 } = await startClient();
    expect(await errorCode(v2({ source, accountId, identifierName, identifierValue }))).toBeUndefined();
  });

  test.each([
    ['in another account of the source', 'WECHAT', 'wechat-account-2'],
    ['in another source', 'INSTORE', ''],
    ['without an account if the source needs one', 'WECHAT', ''],
    ['in all sources without an account', 'ALL', ''],
  ])('are not found %s', async (_case, source, accountId) => {
    const { v2 } = await startClient();
    const query = { source, accountId, identifierName: 'wechat', identifierValue: 'wechat-openid-0002' };
    expect(await errorCode(v2(query))).toBe(8015);
  });

  test('have ids that no JavaScript number holds, and decimals, digit for digit', async () => {
    const { byExternalId } = await startClient();
    const body = await (await byExternalId('CUST-0001')).text();
    expect(body).toContain('"id":9007199254740993,');
    expect(body).toContain('"loyaltyPoints":12.50,');
  });

  test('have instants in different time zones and names beyond ASCII', async () => {
    const { byExternalId } = await startClient();
    const replies = await Promise.all(['CUST-0006', 'CUST-0001', 'CUST-0002'].map((id) => json(byExternalId(id))));
    expect(replies.map((reply) => reply.loyaltyProgramDetails[0].slabExpiryDate)).toEqual([
      '2027-12-31T23:59:59Z',
      '2027-12-31T23:59:59+05:30',
      '2027-12-31T23:59:59+08:00',
    ]);
    expect(replies[2].profiles[0].firstName).toBe('आशा');
  });

  test('have the requested number', async () => {
    const { byExternalId } = await startClient({ customerCount: 60 });
    expect(await errorCode(byExternalId('CUST-0060'))).toBeUndefined();
    expect(await errorCode(byExternalId('CUST-0066'))).toBe(8015);
  });
});

describe('sections', () => {
  test.each([
    ['points', 'pointsSummary'],
    ['subscriptions', 'subscriptionInfo'],
    ['promotionalPoints', 'promotionalPoints'],
    ['expirySchedules', 'expirySchedules'],
    ['expiredPoints', 'expiredPoints'],
    ['alternateCurrencies', 'alternateCurrencyDetails'],
    ['userGroup', 'groupLoyaltyProgramDetails'],
    ['customerImage', 'customerImage'],
    ['customerStatus', 'customerStatus'],
    ['fleetParentDetails', 'fleetParentDetails'],
  ])('embed=%s brings %s, which the base reply lacks', async (embed, section) => {
    const { v2 } = await startClient();
    expect(await json(v2(SAMPLE))).not.toHaveProperty(section);
    expect(await json(v2({ ...SAMPLE, embed }))).toHaveProperty(section);
  });

  test('cards carry loyalty details, or are left out, if the request says so', async () => {
    const { v2 } = await startClient();
    expect((await json(v2(SAMPLE))).cardDetails[0]).not.toHaveProperty('cardLoyaltyDetails');
    const withLoyalty = await json(v2({ ...SAMPLE, embed: 'cardLoyaltyDetails' }));
    expect(withLoyalty.cardDetails[0]).toHaveProperty('cardLoyaltyDetails');
    expect(await json(v2({ ...SAMPLE, embed: 'ignoreCardDetails' }))).not.toHaveProperty('cardDetails');
  });

  test('gaps come only with mlp, and differ by the days in the request', async () => {
    const { byExternalId } = await startClient();
    const gapOf = async (more: Record<string, string>) => {
      const [programme] = (await json(byExternalId('CUST-0002', more))).loyaltyProgramDetails;
      return [
        programme.upgradeStrategies?.[0].customerUpgradeEntityValues.gapToUpgrade,
        programme.gapToRenewSummary?.[0].renewStrategies[0].customerGapToRenewValue,
      ];
    };
    expect(await gapOf({ gapToUpgrade: '1', gapToRenew: '1' })).toEqual([undefined, undefined]);
    expect(await gapOf({ embed: 'mlp' })).toEqual([2750, undefined]);
    expect(await gapOf({ embed: 'mlp', gapToUpgrade: '0', gapToRenew: '0' })).toEqual([2750, 3750]);
    expect(await gapOf({ embed: 'mlp', gapToUpgrade: '30', gapToRenew: '1' })).toEqual([2780, 3751]);
  });

  test('user groups come alone, by id, or all', async () => {
    const { v2 } = await startClient();
    const groups = async (more: Record<string, string>) =>
      (await json(v2({ ...SAMPLE, ...more }))).groupLoyaltyProgramDetails?.length;
    expect(await groups({ includedUserGroup2LoyaltyDetails: 'true' })).toBe(1);
    expect(await groups({ userGroup2Id: '9007199254740995' })).toBe(1);
    expect(await groups({ includedAllUserGroup2: 'true' })).toBe(2);
    expect(await groups({ includedAllUserGroup2: 'false' })).toBeUndefined();
  });

  test('fraud details come with their flag', async () => {
    const { v2 } = await startClient();
    expect(await json(v2({ ...SAMPLE, includedFraudDetails: 'true' }))).toHaveProperty('fraudDetails');
  });
});

describe('dual eligibility', () => {
  const lookup = (identifierName: string, identifierValue: string) => ({
    source: 'INSTORE',
    identifierName,
    identifierValue,
  });

  test('selects the primary identifier in the list', async () => {
    const { v2 } = await startClient({ primaryIdentifier: 'mobile' });
    const query = lookup('email,mobile,externalID', 'home@example.com,919200000002,HOME');
    expect((await json(v2(query))).id).toBe(7100000022);
  });

  test.each(['home@example.com', 'customer-1@example.com'])(
    'finds no customer by %s, which is secondary',
    async (email) => {
      const { v2 } = await startClient({ primaryIdentifier: 'mobile' });
      expect(await errorCode(v2(lookup('email', email)))).toBe(8015);
    },
  );

  test('lets three customers share their secondary identifiers', async () => {
    const { v2 } = await startClient({ primaryIdentifier: 'externalId' });
    const replies = await Promise.all(
      ['HOME-1', 'HOME-2', 'HOME-3'].map((value) => json(v2(lookup('externalId', value)))),
    );
    expect(new Set(replies.map(({ id }) => id)).size).toBe(3);
    expect(new Set(replies.map(({ profiles }) => profiles[0].identifiers[0].value)).size).toBe(1);
  });

  test('refuses several identifiers if it is off', async () => {
    const { v2 } = await startClient();
    expect(await errorCode(v2(lookup('email,mobile', 'bubalus@example.com,1234512345')))).toBe(8012);
  });
});

describe('a wrong request', () => {
  test.each([
    ['an unknown source', { ...SAMPLE, source: 'NOWHERE' }, 8003],
    ['an unknown identifier name', { ...SAMPLE, identifierName: 'shoeSize' }, 8012],
    ['an empty value', { ...SAMPLE, identifierValue: '' }, 8013],
    ['a negative gap', { ...SAMPLE, embed: 'mlp', gapToUpgrade: '-1' }, 1104],
  ])('%s is refused', async (_case, query, code) => {
    const { v2 } = await startClient();
    expect(await errorCode(v2(query))).toBe(code);
  });

  test('the first value of a repeated parameter counts', async () => {
    const { v2 } = await startClient();
    const query = `${new URLSearchParams(SAMPLE)}&identifierValue=nobody`;
    expect((await json(v2(query))).id).toBe(566881933);
  });

  test('an attribution header makes the look-up fail', async () => {
    const { v2 } = await startClient();
    const headers = { ...AUTHORIZATION, 'X-CAP-API-ATTRIBUTION-ENTITY-CODE': 'till.other' };
    expect(await errorCode(v2(SAMPLE, headers))).toBe(11013);
  });
});

describe('requests of tills', () => {
  const TILL = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9000000002' };

  test('R13: flags in any letter case, and the three that [S2] does not document', async () => {
    const { v2 } = await startClient();
    const flags = {
      includedFraudDetails: 'FALSE',
      includedOnlyCurrentProfile: 'TRUE',
      includedNPS: 'True',
      basicIdentifierLookup: 'TRUE',
    };
    const reply = await json(v2({ ...TILL, embed: 'points,CUSTOMERSTATUS', ...flags, tenantKey: 'a b' }));
    expect(reply.profiles.map(({ source }: { source: string }) => source)).toEqual(['INSTORE']);
    expect(reply).toMatchObject({ npsDetails: { score: 9 }, customerStatus: { currentStatus: 'ACTIVE' } });
    expect(reply).not.toHaveProperty('fraudDetails');
    const plain = await json(v2(TILL));
    expect(plain.profiles).toHaveLength(2);
    expect(plain).not.toHaveProperty('npsDetails');
  });

  test('with basicIdentifierLookup another code for an identifier type that is not supported', async () => {
    const { v2 } = await startClient();
    const wrong = { ...TILL, identifierName: 'phone' };
    expect(await errorCode(v2(wrong))).toBe(8012);
    expect(await errorCode(v2({ ...wrong, basicIdentifierLookup: 'TRUE' }))).toBe(8130);
    expect(await errorCode(v2({ ...TILL, identifierValue: '', basicIdentifierLookup: 'TRUE' }))).toBe(8013);
  });

  test('a mobile from abroad, with its country code', async () => {
    const { v2 } = await startClient();
    expect(await json(v2({ ...TILL, identifierValue: '4917600000010' }))).toMatchObject({ id: 7_100_000_010 });
  });

  test('R16: an external id in any letter case, only if dual eligibility is on', async () => {
    const dual = await startClient({ primaryIdentifier: 'externalId' });
    for (const value of ['CUST-0002', 'cust-0002']) {
      expect(await json(dual.byExternalId(value))).toMatchObject({ id: 7_000_000_002 });
    }
    const plain = await startClient();
    expect(await errorCode(plain.byExternalId('cust-0002'))).toBe(8015);
  });
});
