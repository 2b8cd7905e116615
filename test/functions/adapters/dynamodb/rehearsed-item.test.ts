import { expect, test } from '@jest/globals';
import { rehearsedItem } from '../../../../functions/adapters/dynamodb/rehearsed-item.ts';
import { intactBody } from '../../../../functions/adapters/dynamodb/stored-body.ts';
import { fromItem } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import { gzipAttributes } from '../../../../functions/adapters/dynamodb/written-body.ts';
import { bodyDigest } from '../../../../functions/customer/reply/body-digest.ts';

const NOW = 1_800_000_000_000;

test('the rehearsed item is a fresh entry; its packed body is handed on like that of a stored one', () => {
  const item = rehearsedItem(NOW);
  const { entry } = fromItem(item);
  expect(entry).toMatchObject({ kind: 'found', status: 200, askedAt: NOW, freshnessCut: 0 });
  expect(entry?.expiresAt).toBeGreaterThan(NOW);
  expect(intactBody(item)).toBeDefined();
  expect(entry?.packed).toEqual(intactBody(item));
});

test('it has the attributes of a body that is written, of a customer that does not exist', () => {
  const item = rehearsedItem(NOW);
  const body = fromItem(item).entry?.body ?? '';
  expect(body).toBe('{"id":0,"profiles":[{"firstName":"Nobody"}]}');
  expect(item.bodyDigest?.S).toBe(bodyDigest(body));
  expect(Object.keys(item)).toEqual(expect.arrayContaining(Object.keys(gzipAttributes(body))));
});
