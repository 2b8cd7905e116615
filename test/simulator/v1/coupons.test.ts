import { expect, test } from '@jest/globals';
import { type Client, startClient, v1Customer } from '../simulator-client.ts';

type Coupon = Readonly<Record<string, string>>;

async function couponsOf({ v1 }: Client, more: Record<string, string> = {}): Promise<readonly Coupon[]> {
  return (await v1Customer(v1({ format: 'json', external_id: 'CUST-0006', ...more }))).coupons.coupon;
}

const created = ({ created_date }: Coupon) => created_date;

test('coupons are all in the reply by default, the latest first', async () => {
  const coupons = await couponsOf(await startClient());
  expect(coupons).toHaveLength(12);
  expect(coupons.map(created)).toEqual(coupons.map(created).sort().reverse());
});

test('coupon_offset and coupon_limit cut them after they are sorted', async () => {
  const more = { coupon_limit: '2', coupon_offset: '1', coupon_sort_order: 'asc' };
  const coupons = await couponsOf(await startClient(), more);
  expect(coupons.map(created)).toEqual(['2025-02-03 10:00:00', '2025-03-03 10:00:00']);
});

test.each(['created_date', 'created_by', 'valid_till'])('coupon_order_by=%s sorts by it', async (name) => {
  const client = await startClient();
  const valuesIn = async (order: string) =>
    (await couponsOf(client, { coupon_order_by: name, coupon_sort_order: order })).map((coupon) => coupon[name]);
  const ascending = await valuesIn('asc');
  expect(ascending).toEqual([...ascending].sort());
  expect(await valuesIn('desc')).toEqual([...ascending].reverse());
});

test.each([
  ['coupon_active', 'true', 'status', 'active'],
  ['coupon_status', 'redeemed', 'status', 'redeemed'],
  ['coupon_status', 'EXPIRED', 'status', 'expired'],
  ['coupon_offer', '72', 'offer_id', '72'],
  ['coupon_org_entity_type', 'STORE', 'org_entity_type', 'STORE'],
  ['coupon_org_entity_type', 'till', 'org_entity_type', 'TILL'],
  ['coupon_org_entity_value', 'till.other', 'org_entity_value', 'till.other'],
])('%s=%s selects those with it', async (parameter, value, name, expected) => {
  const coupons = await couponsOf(await startClient(), { [parameter]: value });
  expect(coupons.length).toBeLessThan(12);
  expect(new Set(coupons.map((coupon) => coupon[name]))).toEqual(new Set([expected]));
});

test('type and value of the issuer select together', async () => {
  const client = await startClient();
  const issuer = { coupon_org_entity_type: 'STORE', coupon_org_entity_value: 'store.demo' };
  expect(await couponsOf(client, issuer)).toHaveLength(3);
  expect(await couponsOf(client, { ...issuer, coupon_offer: '72' })).toHaveLength(1);
});

test('coupon_offer=0 is every offer', async () => {
  expect(await couponsOf(await startClient(), { coupon_offer: '0' })).toHaveLength(12);
});

test('an empty selection is an empty value', async () => {
  const { v1 } = await startClient();
  const customer = await v1Customer(v1({ format: 'json', external_id: 'CUST-0006', coupon_offer: '99' }));
  expect(customer.coupons).toBeNull();
});
