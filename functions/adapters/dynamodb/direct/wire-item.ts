import type { Item } from '../stored-item.ts';

/** An item in JSON form: bytes are base64. */
export type WireItem = Readonly<Record<string, unknown>>;

/** The types of attributes that hold bytes, or other attributes. */
interface WireAttribute {
  B?: string | Uint8Array;
  BS?: readonly (string | Uint8Array)[];
  readonly L?: readonly WireAttribute[];
  readonly M?: Readonly<Record<string, WireAttribute>>;
}

/** The item of the JSON form. It is changed in place, so that a hit does not copy it. */
export function toItem(item: WireItem): Item {
  for (const attribute of Object.values(item)) decode(attribute as WireAttribute);
  return item as Item;
}

function decode(attribute: WireAttribute): void {
  if (attribute.B !== undefined) attribute.B = toBytes(attribute.B);
  if (attribute.BS !== undefined) attribute.BS = attribute.BS.map(toBytes);
  if (attribute.L !== undefined) attribute.L.forEach(decode);
  if (attribute.M !== undefined) Object.values(attribute.M).forEach(decode);
}

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : value;
}

/** A request's input in JSON form. A copy: the given input does not change. */
export function toWire(input: object): object {
  return encode(input) as object;
}

function encode(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, encode(each)]));
}
