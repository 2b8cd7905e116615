import { describe, expect, test } from '@jest/globals';
import { AUTHORIZATION, json, startClient, v1Customer } from '../simulator-client.ts';

const SAMPLE = { format: 'json', mobile: '911234512345' };

test.each([
  ['id', '566881933'],
  ['mobile', '1234512345'],
  ['email', 'bubalus@example.com'],
  ['external_id', '12341234'],
  ['card_number', 'DS034812BA'],
  ['card_external_id', 'CardExternal2'],
])('the sample customer is found by %s', async (name, value) => {
  const { v1 } = await startClient();
  const { response } = await json(v1({ format: 'json', [name]: value }));
  expect(response.customers.customer[0]).toMatchObject({ firstname: 'Bubalus', lastname: 'bubalis' });
});

test('the default reply carries ten transactions, the coupons, custom and extended fields', async () => {
  const { v1 } = await startClient();
  const customer = await v1Customer(v1(SAMPLE));
  expect(customer.transactions.transaction).toHaveLength(10);
  expect(customer.coupons.coupon).toHaveLength(12);
  expect(customer.registered_on).toBe('2025-02-28 06:15:10');
  expect(customer.custom_fields.field).not.toEqual([]);
  expect(customer.extended_fields.field).toContainEqual({ name: 'city', value: 'Mumbai' });
});

test('the last value of a repeated parameter counts', async () => {
  const { v1 } = await startClient();
  const customer = await v1Customer(v1('format=json&external_id=nobody&external_id=12341234'));
  expect(customer.firstname).toBe('Bubalus');
});

describe('loose types', () => {
  test('a customer reads the same each time', async () => {
    const { v1 } = await startClient();
    expect(await (await v1(SAMPLE)).text()).toBe(await (await v1(SAMPLE)).text());
  });

  test('booleans, codes and empties come in several forms', async () => {
    const { v1 } = await startClient();
    const forms = { flags: new Set(), codes: new Set(), empties: new Set() };
    for (const n of [1, 2, 5, 6, 7, 8, 11, 12, 13, 14, 17, 18, 20]) {
      const query = { format: 'json', external_id: `CUST-${String(n).padStart(4, '0')}` };
      const customer = await v1Customer(v1(query));
      forms.flags.add(customer.item_status.success);
      forms.codes.add(customer.item_status.code);
      forms.empties.add(JSON.stringify(customer.item_status.warnings));
    }
    expect(forms.flags).toEqual(new Set(['true', true, '1']));
    expect(forms.codes).toEqual(new Set(['1000', 1000]));
    expect(forms.empties).toEqual(new Set(['""', '[]', 'null', '{"field":[]}']));
  });

  test('large numbers come in scientific notation', async () => {
    const { v1 } = await startClient();
    const customer = await v1Customer(v1({ format: 'json', external_id: 'CUST-0020' }));
    expect(customer.lifetime_purchases).toBe('1.000002025E7');
  });

  test('the wrapper may be absent, and the customer may be one object', async () => {
    const { v1 } = await startClient({ isV1Wrapped: false, isV1CustomerObject: true });
    expect((await json(v1(SAMPLE))).customers.customer.firstname).toBe('Bubalus');
  });
});

test('without format=json the reply is XML', async () => {
  const { v1 } = await startClient();
  const response = await v1({ mobile: '1234512345' });
  expect(response.headers.get('content-type')).toContain('xml');
  expect(await response.text()).toContain('<firstname>Bubalus</firstname>');
});

test('a comma makes a batch, each customer with a status of its own', async () => {
  const { v1 } = await startClient();
  const { response } = await json(v1({ format: 'json', external_id: '12341234,nobody' }));
  expect(response.status.code).toEqual(201);
  expect(response.customers.customer).toHaveLength(2);
  expect(response.customers.customer[1].item_status).toMatchObject({ success: 'false', code: '1012' });
});

describe('errors', () => {
  test.each([
    ['nobody', '1012', 'Customer not found for the given identifier'],
    ['ERR-8015', '8015', 'Customer not found for the given identifiers'],
    ['ERR-618', '618', 'Customer is marked as fraud'],
    ['ERASED', '8015', 'Customer is deleted after PII delete request'],
  ])('external_id %s is answered with code %s in an item_status', async (external_id, code, message) => {
    const { v1 } = await startClient();
    const { response } = await json(v1({ format: 'json', external_id }));
    expect(response.status).toEqual({
      success: '0',
      code: 500,
      message: 'All requests have failed due to errors',
      total: '1',
      success_count: '0',
    });
    expect(response.customers.customer).toEqual([
      {
        firstname: '',
        lastname: '',
        mobile: '',
        email: '',
        external_id,
        item_status: { success: 'false', code, message, warnings: { warning: [] } },
      },
    ]);
  });

  test('a request without identifier has its own error', async () => {
    const { v1 } = await startClient();
    expect((await v1Customer(v1({ format: 'json' }))).item_status.code).toBe('1042');
  });

  test('an attribution header makes the request fail', async () => {
    const { v1 } = await startClient();
    const headers = { ...AUTHORIZATION, 'X-CAP-API-ATTRIBUTION-ENTITY-CODE': 'till.other' };
    expect((await v1Customer(v1(SAMPLE, headers))).item_status.code).toBe('11013');
  });

  test('errors come with the configured HTTP status, in the configured shape', async () => {
    const { v1 } = await startClient({ errorStatus: 404, isV1Wrapped: false, isV1CustomerObject: true });
    const response = await v1({ format: 'json', external_id: 'nobody' });
    expect(response.status).toBe(404);
    expect((await json(response)).customers.customer.item_status.code).toBe('1012');
  });

  test('without format=json errors are XML too', async () => {
    const { v1 } = await startClient();
    expect(await (await v1({ external_id: 'ERR-461' })).text()).toContain('<code>461</code>');
  });
});

test('a customer that is only in another source is not found', async () => {
  const { v1 } = await startClient();
  const customer = await v1Customer(v1({ format: 'json', mobile: '9000000003' }));
  expect(customer.item_status.code).toBe('1012');
});
