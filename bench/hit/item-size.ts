/** An attribute in DynamoDB's wire format: bytes in base64. */
export type WireAttribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly WireAttribute[] }
  | { readonly M: WireItem };

export type WireItem = Readonly<Record<string, WireAttribute>>;

/** The bytes of a list or a map besides its elements, and of each element besides its own bytes. */
const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

/**
 * The size of an item, by DynamoDB's rules ("DynamoDB item sizes and formats" in its developer guide): the names and
 * the values. For a number the guide says "about": two digits a byte, and one more.
 */
export function itemBytes(item: WireItem): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: WireAttribute): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return Math.ceil(value.N.replace(/[-.]/g, '').replace(/^0+/, '').length / 2) + 1;
  if ('B' in value) return Buffer.from(value.B, 'base64').length;
  if ('L' in value) {
    return value.L.reduce((sum, each) => sum + ELEMENT_BYTES + valueBytes(each), CONTAINER_BYTES);
  }
  if ('M' in value) return CONTAINER_BYTES + Object.keys(value.M).length * ELEMENT_BYTES + itemBytes(value.M);
  return 1;
}

/** The cost of a strongly consistent read of an item. Read request units. */
export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 4096));
}

/** The cost of a write of an item. Write request units. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}
