import { WRITE_UNIT_BYTES } from '../../functions/adapters/dynamodb/item-bytes.ts';

const READ_UNIT_BYTES = 4096;

/** The cost of a strongly consistent read of an item. Read request units. */
export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
}

/** The cost of a write of an item. Write request units. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}
