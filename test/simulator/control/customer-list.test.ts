import { describe, expect, test } from '@jest/globals';
import { json, startClient } from '../simulator-client.ts';

describe('GET /__control/customers', () => {
  test('lists every customer, with its differences and the ways to find it', async () => {
    const client = await startClient();
    const { customers, total } = await json(client.plain('/__control/customers'));
    expect(total).toBe(customers.length);
    expect(customers[0]).toEqual({
      id: '566881933',
      name: 'Bubalus bubalis',
      tier: 'Diamond',
      points: '95827.0',
      isErased: false,
      identifiers: expect.arrayContaining([
        { source: 'INSTORE', accountId: '', name: 'mobile', value: '1234512345' },
        { source: 'INSTORE', accountId: '', name: 'cardnumber', value: 'mtest00000000067003' },
      ]),
    });
  });

  test.each([
    ['bubalus', ['566881933']],
    ['BUBALUS  bubalis', ['566881933']],
    ['1234512345', ['566881933']],
    ['566881933', ['566881933']],
    ['bubalus nobody', []],
  ])('finds by name, number or id, in any letter case: %s', async (query, ids) => {
    const client = await startClient();
    const { customers, total } = await json(client.plain(`/__control/customers?${new URLSearchParams({ q: query })}`));
    expect(customers.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(total).toBe(ids.length);
  });

  test('shows the changes of a customer', async () => {
    const client = await startClient();
    const list = async (query: string) => (await json(client.plain(`/__control/customers?q=${query}`))).customers;
    expect(await list('MERGED@')).toEqual([expect.objectContaining({ mergedInto: '7100000001' })]);
    const headers = { 'content-type': 'application/json' };
    const body = '{"change":{"id":"566881933","points":"7.50"},"erase":"566881933"}';
    await client.plain('/__control', { method: 'POST', headers, body });
    expect(await list('bubalus')).toEqual([expect.objectContaining({ points: '7.50', isErased: true })]);
  });

  test('can only be read', async () => {
    const client = await startClient();
    expect((await client.plain('/__control/customers', { method: 'DELETE' })).status).toBe(405);
  });
});
