import { describe, expect, test } from '@jest/globals';
import { startHttpServer } from '../support/loopback-server.ts';
import { by, STORED, start } from './running-service.ts';

// Tests the texts of real tills, events and upstreams: the minimal reproductions of shared/cases.md and
// shared/faults.md, over HTTP.

const HIT = expect.stringMatching(/^lookaside; hit; ttl=\d+$/);
const SECRET = { WEBHOOK_SECRET: 'hook' };
const ERIKA = {
  id: '481516230',
  firstName: 'Erika',
  identifiers: { mobile: '4915123456789', cardnumber: 'CARD-77-0001', externalId: 'ABC123' },
};
type Service = Awaited<ReturnType<typeof start>>;

const notify = ({ ask }: Service, body: unknown) =>
  ask('/events/capillary', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'hook' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
/** A look-up whose query is written as a till wrote it. */
const raw = ({ ask }: Service, query: string) => ask(`/v2/customers/lookup/customerDetails?source=INSTORE&${query}`);
const purge = ({ ask }: Service, query: string) => ask(`/cache/entries?source=INSTORE&${query}`, { method: 'DELETE' });
const askedOf = ({ upstream }: Service) =>
  upstream.requests.map(({ url }) => Object.fromEntries(new URL(url, upstream.url).searchParams));

describe('R1: the number as the upstream writes it', () => {
  test.each([
    ['with an escaped +', '%2B4915123456789'],
    ['with an unescaped +', '+4915123456789'],
    ['without a +', '4915123456789'],
    ['in groups', '%2B49%201512%203456789'],
    ['with a trunk 0', '0151%2023456789'],
  ])('finds the same customer, %s', async (_title, value) => {
    const service = await start({ DEFAULT_COUNTRY: 'DE' });
    service.upstream.control({ add: ERIKA });
    const reply = await raw(service, `identifierName=mobile&identifierValue=${value}`);
    expect(JSON.parse(reply.text)).toMatchObject({ id: 481_516_230 });
    expect(reply.cacheStatus).toBe(STORED);
    expect((await raw(service, 'identifierName=mobile&identifierValue=4915123456789')).cacheStatus).toEqual(HIT);
  });

  test.each(['4915123456789', '+4915123456789', '%2B4915123456789'])('is deleted by a purge by %s', async (value) => {
    const service = await start({ DEFAULT_COUNTRY: 'DE' });
    service.upstream.control({ add: ERIKA });
    await service.lookup(by('mobile', '+4915123456789'));
    expect((await purge(service, `identifierName=mobile&identifierValue=${value}`)).status).toBe(204);
    expect((await service.lookup(by('mobile', '+4915123456789'))).cacheStatus).toBe(STORED);
  });
});

describe('R2: numbers that are equal', () => {
  test('are one customer in an event that writes the id with a decimal point', async () => {
    const service = await start({ DEFAULT_COUNTRY: 'DE', ...SECRET });
    service.upstream.control({ add: ERIKA });
    await service.lookup(by('mobile', '+4915123456789'));
    const event = '{"eventName":"tierUpgraded","data":{"customerIdentifiers":{"customerId":481516230.0}}}';
    expect((await notify(service, event)).text).toBe('{"invalidated":1}');
  });

  test('are one customer in the replies of both APIs', async () => {
    const coupons = '"coupons":{"coupon":[{"code":"A"}]},"item_status":{"success":"true","code":"1000"}';
    const { url } = await startHttpServer((response, { url: path = '' }) => {
      const v1 = `{"response":{"customers":{"customer":[{"user_id":566881933.0,${coupons}}]}}}`;
      response.setHeader('Content-Type', 'application/json');
      response.end(path.startsWith('/v2') ? '{"id":566881933,"profiles":[]}' : v1);
    });
    const service = await start({ UPSTREAM_BASE_URL: url });
    const { text } = await service.lookup(by('externalId', 'E', { embed: 'coupons' }));
    expect(JSON.parse(text)).toEqual({ id: 566_881_933, profiles: [], coupons: [{ code: 'A' }] });
  });
});

describe('R14: a + that was not escaped', () => {
  test('is never another customer’s number', async () => {
    const service = await start();
    await raw(service, 'identifierName=mobile&identifierValue=+6591234567');
    expect(askedOf(service)).toEqual([expect.objectContaining({ identifierValue: '6591234567' })]);
  });

  test('is refused if two numbers can be meant, and the message says how to write it', async () => {
    const service = await start();
    const { status, text } = await raw(service, 'identifierName=mobile&identifierValue=+9613123456');
    expect([status, JSON.parse(text).code]).toEqual([400, 'invalid_identifier']);
    expect(text).toContain('%2B');
    expect(text).not.toContain('9613123456');
    const { status: ofV1 } = await service.ask('/v1.1/customer/get?mobile=+9613123456');
    expect(ofV1).toBe(400);
    expect(askedOf(service)).toEqual([]);
  });

  test('a number that went through a spreadsheet is refused', async () => {
    const service = await start({ DEFAULT_COUNTRY: 'ID' });
    const { status, text } = await raw(service, 'identifierName=mobile&identifierValue=0811234567.0');
    expect([status, JSON.parse(text).code]).toEqual([400, 'invalid_identifier']);
    expect(askedOf(service)).toEqual([]);
  });
});

test('R13: the service answers what a till sends, in each of its spellings', async () => {
  const service = await start();
  const till =
    'identifierName=mobile&identifierValue=1234512345&embed=points,CUSTOMERSTATUS&includedFraudDetails=FALSE' +
    '&includedOnlyCurrentProfile=TRUE&includedNPS=FALSE&basicIdentifierLookup=TRUE';
  expect(await raw(service, till)).toMatchObject({ status: 200, cacheStatus: STORED });
  expect(await raw(service, till.replaceAll('TRUE', 'true').replaceAll('FALSE', 'False'))).toMatchObject({
    cacheStatus: HIT,
  });
  expect(askedOf(service)).toEqual([
    expect.objectContaining({
      includedNPS: 'false',
      includedOnlyCurrentProfile: 'true',
      basicIdentifierLookup: 'true',
    }),
  ]);
  const v1 = await service.ask('/v1.1/customer/get?mobile=1234512345&mlp=True&user_id=True');
  expect(v1).toMatchObject({ status: 200, cacheStatus: STORED });
});

test('R16: an external id in another letter case is one entry, if dual eligibility is on', async () => {
  const service = await start({ PRIMARY_IDENTIFIER: 'externalId' }, { primaryIdentifier: 'externalId' });
  service.upstream.control({ add: ERIKA });
  expect(await service.lookup(by('externalId', 'abc123'))).toMatchObject({ status: 200, cacheStatus: STORED });
  for (const spelling of ['ABC123', 'Abc123', 'abc123']) {
    expect(await service.lookup(by('externalId', spelling))).toMatchObject({ cacheStatus: HIT });
  }
  expect(askedOf(service)).toEqual([expect.objectContaining({ identifierValue: 'abc123' })]);
  expect((await purge(service, 'identifierName=externalId&identifierValue=ABC123')).status).toBe(204);
  expect((await service.lookup(by('externalId', 'abc123'))).cacheStatus).toBe(STORED);
});

test('B1: a number that moved shows its new owner under every source and account', async () => {
  const service = await start(SECRET);
  const asha = '919000000006';
  const lookups = [
    by('mobile', asha),
    by('mobile', asha, { accountId: 'store1' }),
    by('mobile', asha, { source: 'ALL', accountId: 'acc1' }),
    by('mobile', asha, { source: 'ALL', accountId: 'acc2', embed: 'points' }),
  ];
  const owners = async () => Promise.all(lookups.map(async (each) => JSON.parse((await service.lookup(each)).text).id));
  expect(await owners()).toEqual(lookups.map(() => 7_000_000_006));
  service.upstream.control({ reassign: { name: 'mobile', value: asha, to: '7000000012' } });
  expect(await owners()).toEqual(lookups.map(() => 7_000_000_006));
  const data = { customerIdentifiers: { customerId: '7000000012', instore: { mobile: asha } } };
  expect((await notify(service, { eventName: 'customerUpdated', data })).text).toBe(
    `{"invalidated":${lookups.length}}`,
  );
  expect(await owners()).toEqual(lookups.map(() => 7_000_000_012));
});

test('B18: a piece of an identifier is not repeated', async () => {
  const service = await start();
  const { status, text } = await raw(service, 'identifierName=externalId&identifierValue=R&DSharma');
  expect([status, JSON.parse(text).code]).toEqual([400, 'unknown_parameter']);
  expect(text).not.toContain('DSharma');
});
