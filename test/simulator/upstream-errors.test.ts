import { expect, test } from '@jest/globals';
import { startClient, v1Customer } from './simulator-client.ts';

/** Every section that may be missing from a partial reply. */
const SECTIONS = { points_summary: '', mlp: '', segments: '', subscriptions: '' };

test("a merged customer has the survivor's data, with 91009 in the warnings of the item_status", async () => {
  const { v1 } = await startClient();
  const merged = await v1Customer(v1({ format: 'json', external_id: 'MERGED' }));
  const survivor = await v1Customer(v1({ format: 'json', external_id: 'MERGED-SURVIVOR' }));
  const warning = [{ code: '91009', message: 'Customer is merged, returning the surviving customer' }];
  expect(merged).toEqual({ ...survivor, item_status: { ...survivor.item_status, warnings: { warning } } });
  expect(survivor.item_status.warnings).toEqual([]);
});

test.each([
  ['WARN-8062', 91001, ['loyalty_points', 'lifetime_points', 'points_summary', 'mlp']],
  ['WARN-8063', 91002, ['segments']],
  ['WARN-91001', 91001, ['loyalty_points', 'lifetime_points', 'points_summary', 'mlp']],
  ['WARN-91002', 91002, ['segments']],
  ['WARN-91004', 91004, ['subscriptions']],
])('%s is a customer with warning %i and without %j', async (external_id, code, missing) => {
  const { v1 } = await startClient();
  const customer = await v1Customer(v1({ format: 'json', external_id, ...SECTIONS }));
  const whole = await v1Customer(v1({ format: 'json', external_id: 'MERGED-SURVIVOR', ...SECTIONS }));
  expect(customer.item_status.warnings.warning.map((warning: { code: unknown }) => Number(warning.code))).toEqual([
    code,
  ]);
  expect(Object.keys(whole).filter((name) => !(name in customer))).toEqual(expect.arrayContaining(missing));
  expect(customer).toHaveProperty('firstname');
});
