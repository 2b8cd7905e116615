import { expect, test } from '@jest/globals';
import { startClient, v1Customer } from '../simulator-client.ts';

const SAMPLE = { format: 'json', mobile: '911234512345' };

test('the customer id comes only with user_id=true, with all its digits', async () => {
  const { v1 } = await startClient();
  const query = { format: 'json', external_id: 'CUST-0001' };
  expect(await v1Customer(v1(query))).not.toHaveProperty('user_id');
  expect(await v1Customer(v1({ ...query, user_id: 'false' }))).not.toHaveProperty('user_id');
  expect((await v1Customer(v1({ ...query, user_id: 'true' }))).user_id).toBe('9007199254740993');
});

test.each(['registered_store', 'registered_till', 'fraud_details', 'transactions'])(
  '%s is in the reply by default and with the flag, and left out if the flag is false',
  async (flag) => {
    const { v1 } = await startClient();
    expect(await v1Customer(v1(SAMPLE))).toHaveProperty(flag);
    expect(await v1Customer(v1({ ...SAMPLE, [flag]: 'true' }))).toHaveProperty(flag);
    expect(await v1Customer(v1({ ...SAMPLE, [flag]: 'false' }))).not.toHaveProperty(flag);
  },
);

test('basic leaves out coupons and transactions, unless transactions are requested', async () => {
  const { v1 } = await startClient();
  const basic = await v1Customer(v1({ ...SAMPLE, basic: 'true' }));
  expect(basic).toHaveProperty('firstname');
  expect(basic).not.toHaveProperty('coupons');
  expect(basic).not.toHaveProperty('transactions');
  const more = await v1Customer(v1({ ...SAMPLE, basic: 'true', transactions: 'true' }));
  expect(more).toHaveProperty('transactions');
});

test('program_id selects the programme of the tier and points', async () => {
  const { v1 } = await startClient();
  expect((await v1Customer(v1(SAMPLE))).current_slab).toBe('Diamond');
  const other = await v1Customer(v1({ ...SAMPLE, program_id: '983', mlp: 'true', points_summary: 'true' }));
  expect(other.current_slab).toBe('Coral');
  expect(other.mlp.program).toHaveLength(1);
  expect(other.points_summary.program).toHaveLength(1);
});
