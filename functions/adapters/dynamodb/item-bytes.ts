import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './stored-item.ts';

/** A write of an item costs one write unit for each 1024 bytes that the item begins. */
export const WRITE_UNIT_BYTES = 1024;

/** The bytes that a list or a map adds to those of its elements, and the byte that each element adds to its own. */
const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

/**
 * The size of an item, by DynamoDB's rules ("DynamoDB item sizes and formats" in its developer guide): the names and
 * the values. For a number the guide says "about": two digits a byte, and one more.
 */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes({ S, N, B, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.replace(/[-.]/g, '').replace(/^0+/, '').length / 2) + 1;
  if (B !== undefined) return B.length;
  if (L !== undefined) return L.reduce((sum, each) => sum + ELEMENT_BYTES + valueBytes(each), CONTAINER_BYTES);
  if (M !== undefined) return CONTAINER_BYTES + Object.keys(M).length * ELEMENT_BYTES + itemBytes(M);
  return 1;
}
