import { expect, test } from '@jest/globals';
import { toItem } from '../../../../../functions/adapters/dynamodb/direct/wire-item.ts';

test('bytes are base64 as JSON carries them, wherever they stand; all else is as it is', () => {
  const others = { pk: { S: 'AQI=' }, n: { N: '9007199254740993' }, tags: { SS: ['AQI='] }, no: { NULL: true } };
  const nested = { L: [{ B: 'AQI=' }, { M: { deep: { BS: ['AQI=', ''] } } }] };
  const bytes = Buffer.from([1, 2]);
  expect(toItem({ ...others, body: { B: 'AQI=' }, nested })).toEqual({
    ...others,
    body: { B: bytes },
    nested: { L: [{ B: bytes }, { M: { deep: { BS: [bytes, Buffer.alloc(0)] } } }] },
  });
});
