import { expect, test } from '@jest/globals';
import { toItem, toWire } from '../../../../../functions/adapters/dynamodb/direct/wire-item.ts';

test('bytes become base64 as JSON carries them, wherever they stand; everything else stays as it is', () => {
  const others = { pk: { S: 'AQI=' }, n: { N: '9007199254740993' }, tags: { SS: ['AQI='] }, no: { NULL: true } };
  const nested = { L: [{ B: 'AQI=' }, { M: { deep: { BS: ['AQI=', ''] } } }] };
  const bytes = Buffer.from([1, 2]);
  expect(toItem({ ...others, body: { B: 'AQI=' }, nested })).toEqual({
    ...others,
    body: { B: bytes },
    nested: { L: [{ B: bytes }, { M: { deep: { BS: [bytes, Buffer.alloc(0)] } } }] },
  });
});

test('an input becomes what JSON carries, and itself does not change', () => {
  const bytes = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
  const input = {
    TableName: 'lookaside',
    Item: { pk: { S: 'p' }, n: { N: '1' }, body: { B: bytes }, nested: { L: [{ M: { deep: { BS: [bytes] } } }] } },
    ExpressionAttributeNames: { '#n': 'n' },
    Limit: 5,
    ConsistentRead: true,
  };
  expect(JSON.parse(JSON.stringify(toWire(input)))).toEqual({
    ...input,
    Item: { ...input.Item, body: { B: 'AQI=' }, nested: { L: [{ M: { deep: { BS: ['AQI='] } } }] } },
  });
  expect(input.Item.body.B).toBe(bytes);
});
