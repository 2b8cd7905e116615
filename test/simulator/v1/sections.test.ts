import { describe, expect, test } from '@jest/globals';
import { startClient, v1Customer } from '../simulator-client.ts';

const QUERY = { format: 'json', external_id: 'CUST-0006' };

test.each([
  ['next_slab', 'next_slab'],
  ['slab_history', 'slab_history'],
  ['ndnc_status', 'ndnc_status'],
  ['optin_status', 'optin_status'],
  ['expiry_schedule', 'expiry_schedule'],
  ['expired_points', 'expired_points'],
  ['points_summary', 'points_summary'],
  ['promotion_points', 'promotion_points'],
  ['membership_retention_criteria', 'membership_retention_criteria'],
  ['tier_upgrade_criteria', 'tier_update_criteria'],
  ['mlp', 'mlp'],
  ['user_group', 'user_group'],
  ['customer_image', 'customer_image'],
  ['subscriptions', 'subscriptions'],
  ['segments', 'segments'],
  ['member_care_access', 'member_care_access'],
  ['card_details', 'card_details'],
  ['tracker_info', 'tracker_info'],
  ['delayed_accrual', 'delayed_accrual'],
])('%s brings %s and nothing else', async (flag, section) => {
  const { v1 } = await startClient();
  const plain = await v1Customer(v1(QUERY));
  const { [section]: added, ...others } = await v1Customer(v1({ ...QUERY, [flag]: 'true' }));
  expect(plain).not.toHaveProperty(section);
  expect(added).toBeDefined();
  expect(others).toEqual(plain);
});

test('a flag counts if it is empty, and not if it is false or 0', async () => {
  const { v1 } = await startClient();
  const asked = await v1Customer(v1({ ...QUERY, mlp: '', segments: 'FALSE', user_group: '0' }));
  expect(asked).toHaveProperty('mlp');
  expect(asked).not.toHaveProperty('segments');
  expect(asked).not.toHaveProperty('user_group');
});

test('the next slab comes with trackers and the NPS status', async () => {
  const { v1 } = await startClient();
  expect((await v1Customer(v1({ ...QUERY, next_slab: 'true' }))).next_slab).toEqual({
    next_slab: 'Gold',
    next_slab_serial_number: '3',
    next_slab_description: 'Tier 3',
    trackers: { tracker: [{ name: 'Made-up visits', value: '3' }] },
    current_nps_status: 'PASSIVE',
  });
});

describe('the criteria of the tier upgrade', () => {
  test("are those of the programme's strategy", async () => {
    const { v1 } = await startClient();
    const customer = await v1Customer(v1({ ...QUERY, tier_upgrade_criteria: 'true' }));
    expect(customer.tier_update_criteria).toEqual({ based_on: 'CURRENT_POINTS', threshold: '3000.0' });
  });

  test.each([
    ['in the highest tier', { nextSlab: '' }],
    ['if the strategy is based on trackers', { upgradeStrategies: [{ upgradeBasedOn: 'TRACKER' }] }],
  ])('do not exist %s', async (_case, change) => {
    const { simulator, v1 } = await startClient();
    const programme = { programId: 901, nextSlab: 'Gold', upgradeStrategies: [{ upgradeBasedOn: 'CURRENT_POINTS' }] };
    const patch = { loyaltyProgramDetails: [{ ...programme, ...change }] } as never;
    simulator.control({ change: { id: '7000000006', patch } });
    const customer = await v1Customer(v1({ ...QUERY, tier_upgrade_criteria: 'true' }));
    expect(customer).not.toHaveProperty('tier_update_criteria');
  });
});

test('gaps come only with mlp, and differ by the days in the request', async () => {
  const { v1 } = await startClient();
  const gapsOf = async (more: Record<string, string>) => {
    const { mlp } = await v1Customer(v1({ ...QUERY, ...more }));
    return mlp?.program.map((programme: Record<string, string>) => [
      programme.gap_to_upgrade,
      programme.gap_to_renew,
    ])[0];
  };
  expect(await gapsOf({ gap_to_upgrade_for: '1', gap_to_renew_for: '1' })).toBeUndefined();
  expect(await gapsOf({ mlp: 'true' })).toEqual([undefined, undefined]);
  expect(await gapsOf({ mlp: 'true', gap_to_upgrade_for: '0' })).toEqual(['2750.0', undefined]);
  expect(await gapsOf({ mlp: 'true', gap_to_upgrade_for: '30', gap_to_renew_for: '1' })).toEqual(['2780.0', '3751.0']);
});
