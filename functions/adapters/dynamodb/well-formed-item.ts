import { isPlainObject } from '../../plain-object.ts';
import type { Item } from './stored-item.ts';

/**
 * Whether a value of a reply is an item: each of its attributes has a value of its type. DynamoDB sends no other. A proxy
 * may, and the code that reads an item does not expect it: without this check the caller gets a 500 for a broken reply.
 */
export function isItem(value: unknown): value is Item {
  return isPlainObject(value) && Object.values(value).every(isAttribute);
}

/** Whether a value of a reply is a list of items. */
export function areItems(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem);
}

function isAttribute(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const { S, N, B, SS, L, M } = value;
  return (
    isAbsentOr(S, isText) &&
    isAbsentOr(N, isText) &&
    isAbsentOr(B, isBytes) &&
    isAbsentOr(SS, areTexts) &&
    isAbsentOr(L, areAttributes) &&
    isAbsentOr(M, isItem)
  );
}

function isAbsentOr(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return value === undefined || isRight(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array;
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function areAttributes(value: unknown): boolean {
  return Array.isArray(value) && value.every(isAttribute);
}
