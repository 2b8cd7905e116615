import { isArray, isObject, type Json, type JsonObject } from '../../customer/json/json.ts';
import { opened } from './event-json.ts';

/** An object in an event. */
export interface EventObject {
  readonly object: JsonObject;
  /** Its members, by their plain names. */
  readonly members: Members;
  /** Whether it is the event itself, or an envelope that holds it. */
  readonly isEnvelope: boolean;
  /** Whether it describes a store or a till: its `externalId` is not a customer's. */
  readonly isStore: boolean;
}

/** Members of an object by their plain names. Members with the same plain name all count. */
export type Members = ReadonlyMap<string, readonly Json[]>;

/** No documented event nests deeper, even with envelopes inside each other. Deeper objects are not read. */
const MAX_DEPTH = 32;

/** The plain names of members that hold an event. */
const ENVELOPE_NAMES = new Set(['body', 'message', 'data', 'attributes']);

/** The plain names of members that describe a store or a till. `instore` is a source, and not one of them. */
const STORE_NAMES = new Set(['store', 'stores', 'till', 'tills']);

/**
 * A member's name without its letter case and the signs between words: `external_id`, `externalId` and `ExternalID` are one
 * name.
 */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** An object's members by their plain names. */
export function membersOf(object: JsonObject): Members {
  const members = new Map<string, Json[]>();
  for (const [name, value] of Object.entries(object)) {
    const plain = plainName(name);
    const known = members.get(plain);
    if (known === undefined) members.set(plain, [value]);
    else known.push(value);
  }
  return members;
}

/**
 * Every object of an event that has members, from the outside in and in the order of the text. A text that holds JSON
 * counts as its content. The depth has a limit, so no event is too deep for the stack.
 */
export function objectsOf(event: JsonObject): readonly EventObject[] {
  const objects: EventObject[] = [];
  collect(event, { depth: 0, isEnvelope: true, isStore: false }, objects);
  return objects;
}

interface Place {
  readonly depth: number;
  readonly isEnvelope: boolean;
  readonly isStore: boolean;
}

function collect(given: Json, { depth, isEnvelope, isStore }: Place, found: EventObject[]): void {
  if (depth > MAX_DEPTH) return;
  const value = opened(given);
  if (isArray(value)) {
    const place = { depth: depth + 1, isEnvelope, isStore };
    for (const element of value) collect(element, place, found);
    return;
  }
  if (!isObject(value)) return;
  const members = membersOf(value);
  // An event of 1 MiB may hold 350,000 empty objects, which would take 100 MB.
  if (members.size === 0) return;
  found.push({ object: value, members, isEnvelope, isStore });
  for (const [name, values] of members) {
    const place = {
      depth: depth + 1,
      isEnvelope: isEnvelope && ENVELOPE_NAMES.has(name),
      isStore: STORE_NAMES.has(name),
    };
    for (const own of values) collect(own, place, found);
  }
}
