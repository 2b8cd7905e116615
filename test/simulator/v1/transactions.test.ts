import { describe, expect, test } from '@jest/globals';
import { AUTHORIZATION, type Client, startClient, v1Customer } from '../simulator-client.ts';

type Transaction = Record<string, string>;

async function transactionsOf({ v1 }: Client, more: Record<string, string> = {}): Promise<readonly Transaction[]> {
  return (await v1Customer(v1({ format: 'json', external_id: 'CUST-0006', ...more }))).transactions.transaction;
}

test('transactions are the ten latest regular ones, the latest first', async () => {
  const transactions = await transactionsOf(await startClient());
  expect(transactions).toHaveLength(10);
  expect(new Set(transactions.map(({ type }) => type))).toEqual(new Set(['REGULAR']));
  const dates = transactions.map(({ billing_date }) => billing_date);
  expect(dates).toEqual([...dates].sort().reverse());
});

test.each(['REGULAR', 'RETURN', 'NOT_INTERESTED', 'NOT_INTERESTED_RETURN', 'MIXED', 'NI_MIXED'])(
  'type=%s selects that type',
  async (type) => {
    const transactions = await transactionsOf(await startClient(), { type });
    expect(new Set(transactions.map((transaction) => transaction.type))).toEqual(new Set([type]));
  },
);

test('type=ALL brings every type', async () => {
  const transactions = await transactionsOf(await startClient(), { type: 'ALL' });
  expect(new Set(transactions.map(({ type }) => type)).size).toBeGreaterThan(3);
});

test.each([
  ['REGULAR', true, false],
  ['RETURN', false, true],
  ['MIXED', true, true],
  ['NI_MIXED', true, true],
])(
  'transactions of type %s list the bought items (%s) and the returned items (%s)',
  async (type, isBought, isReturned) => {
    const [first = {}] = await transactionsOf(await startClient(), { type });
    expect(['line_items' in first, 'return_line_items' in first]).toEqual([isBought, isReturned]);
  },
);

test.each([
  ['number', 'BILL-0006-3', 'number', 'BILL-0006-3'],
  ['store_code', 'store.other', 'store_code', 'store.other'],
  ['till_code', 'till.other', 'till_code', 'till.other'],
  ['amount', '1280', 'amount', '1280'],
  ['date', '2025-10-25', 'billing_date', '2025-10-25 18:05:41'],
])('%s=%s selects those with it', async (parameter, value, name, expected) => {
  const client = await startClient();
  const transactions = await transactionsOf(client, { [parameter]: value });
  expect(new Set(transactions.map((transaction) => transaction[name]))).toEqual(new Set([expected]));
  expect(await transactionsOf(client)).not.toEqual(transactions);
});

test('an empty selection is an empty value', async () => {
  const { v1 } = await startClient();
  const customer = await v1Customer(v1({ format: 'json', external_id: 'CUST-0006', number: 'none' }));
  expect(customer.transactions).toBeNull();
});

test.each([
  ['tenders', 'tender'],
  ['credit_notes', 'credit_note'],
])('%s come only with their flag', async (flag, element) => {
  const client = await startClient();
  const [plain] = await transactionsOf(client);
  const [asked] = await transactionsOf(client, { [flag]: 'true' });
  expect(plain).not.toHaveProperty(flag);
  expect(asked).toHaveProperty([flag, element, '0']);
});

describe('the extended fields', () => {
  async function fieldIn(language: string | undefined): Promise<object> {
    const client = await startClient();
    const headers = { ...AUTHORIZATION, ...(language === undefined ? {} : { language }) };
    const customer = await v1Customer(client.v1({ format: 'json', external_id: 'CUST-0006' }, headers));
    return customer.transactions.transaction[0].extended_fields.field[0];
  }

  test.each([
    ['zh', 'Delivery window (zh)'],
    ['zh-CN', 'Delivery window (zh)'],
    ['AR', 'Delivery window (ar)'],
    ['constructor', 'Delivery window (constructor)'],
    ['en', 'Delivery window'],
    ['', 'Delivery window'],
    [undefined, 'Delivery window'],
  ])('with the header language: %s have the label %s', async (language, label) => {
    expect(await fieldIn(language)).toEqual({ name: 'delivery_window', label, value: 'Morning' });
  });
});
