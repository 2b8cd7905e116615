import { type IdentifierName, toListedIdentifierName } from '../../customer/identifier/identifier-name.ts';
import type { Json, JsonObject } from '../../customer/json/json.ts';
import { withoutMark } from './event-json.ts';
import { type EventObject, type Members, membersOf, plainName } from './event-objects.ts';
import { DEFAULT_SOURCE, toSource } from './event-source.ts';
import { objectsAt, textAt, textsAt, textsIn } from './event-values.ts';

/** An identifier that an event names. */
export interface EventIdentifier {
  /** Its source. */
  readonly source: string;
  readonly name: IdentifierName;
  /** Its value in the event's spelling. */
  readonly value: string;
}

/** The plain names of identifiers that only events have. The published payloads write `wechatId`. */
const EVENT_NAMES: ReadonlyMap<string, IdentifierName> = new Map([
  ['customerid', 'id'],
  ['userid', 'id'],
  ['wechatid', 'wechat'],
]);

/** The identifier that a plain name means. The name of a list may be a plural. */
function toName(plain: string): IdentifierName | undefined {
  const single = plain.replace(/s$/, '');
  return EVENT_NAMES.get(single) ?? toListedIdentifierName(single);
}

/**
 * The names that name no identifier outside `customerIdentifiers`: many objects have an id, and WECHAT is a source.
 * Undefined stands for any name that is not the name of an identifier.
 */
const MEANINGLESS: ReadonlySet<IdentifierName | undefined> = new Set(['id', 'wechat', undefined]);

/** The members that say which identifier an object names. */
const TYPE_NAMES = ['identifiertype', 'identifiername', 'type'];
/** The members that hold its previous value and its current value. */
const VALUE_NAME = /value|previous|current|old|new/;

/** The members of a source's identifiers that hold more identifiers. */
const NESTED_NAMES = ['accounts', 'account', 'identifiers', 'identifier'];
const MAX_NESTING = 6;

/**
 * Every identifier in an object of an event, with its previous and its current value.
 *
 * | member | what is read |
 * |---|---|
 * | `customerIdentifiers`, `transferReceivingCustomerIdentifiers`, … | `{<source>: {<name>: value}}`, `{<source>: {accounts: [{identifiers: [{identifierType, identifierValue}]}]}}`; lists too |
 * | `identifiers` | `[{type, value}]`; those of an account belong to its source, and were read there |
 * | `fieldName` | with `previousValue`, `currentValue` and `source`: an element of `updatedFields` |
 * | `mobile`, `email`, `externalId`, `cardNumber`, … | the identifier, in any spelling of the member's name; not in a `store` or a `till`, whose `externalId` is its own |
 */
export function identifiersOf(event: EventObject): readonly EventIdentifier[] {
  return [...event.members].flatMap(([name, values]) => ofMember(name, values, event));
}

function ofMember(
  name: string,
  values: readonly Json[],
  { object, members, isStore }: EventObject,
): readonly EventIdentifier[] {
  // A transfer of points names the other customer by `transferReceivingCustomerIdentifiers`.
  if (name.endsWith('customeridentifiers')) return objectsAt(values).flatMap(ofCustomerIdentifiers);
  switch (name) {
    case 'identifiers':
      return ofList(values, members);
    case 'fieldname':
      return ofUpdatedField(object, members);
    default:
      return isStore ? NONE : besides(name, values, members);
  }
}

/** Members that are texts are the store's own identifiers. A member that holds objects is a source. */
function ofCustomerIdentifiers(customerIdentifiers: JsonObject): EventIdentifier[] {
  return Object.entries(customerIdentifiers).flatMap(([name, value]) => {
    const objects = objectsAt([value]);
    if (objects.length > 0) {
      const source = toSource(withoutMark(name));
      return objects.flatMap((object) => ofSource(source, object, 0));
    }
    return named(DEFAULT_SOURCE, toName(plainName(name)), [value]);
  });
}

function ofSource(source: string, object: JsonObject, nesting: number): EventIdentifier[] {
  if (nesting > MAX_NESTING) return [];
  const members = membersOf(object);
  const nested = NESTED_NAMES.flatMap((name) => objectsAt(members.get(name)));
  return [
    ...typed(source, object, textsAt(members, TYPE_NAMES)),
    ...[...members].flatMap(([name, values]) => named(source, toName(name), values)),
    ...nested.flatMap((each) => ofSource(source, each, nesting + 1)),
  ];
}

function ofList(identifiers: readonly Json[], members: Members): EventIdentifier[] {
  const source = textAt(members, ['source']);
  if (source === undefined && textAt(members, ['accountid']) !== undefined) return [];
  return objectsAt(identifiers).flatMap((each) => {
    const types = textsAt(membersOf(each), TYPE_NAMES);
    return typed(toSource(source ?? DEFAULT_SOURCE), each, types);
  });
}

function ofUpdatedField(object: JsonObject, members: Members): EventIdentifier[] {
  const source = toSource(textAt(members, ['source']) ?? DEFAULT_SOURCE);
  return typed(source, object, textsAt(members, ['fieldname']));
}

/**
 * A source beside the identifier may belong to the event and not to the identifier, so the service uses INSTORE too.
 */
function besides(name: string, values: readonly Json[], members: Members): readonly EventIdentifier[] {
  const identifier = toName(name);
  if (MEANINGLESS.has(identifier)) return NONE;
  const sources = new Set([DEFAULT_SOURCE, toSource(textAt(members, ['source']) ?? DEFAULT_SOURCE)]);
  return [...sources].flatMap((source) => named(source, identifier, values));
}

const NONE: readonly EventIdentifier[] = [];

/** The identifiers of a member: each of its values. @param name undefined: it is not that of an identifier */
function named(source: string, name: IdentifierName | undefined, values: readonly Json[]): EventIdentifier[] {
  return name === undefined ? [] : textsIn(values).map((value) => ({ source, name, value }));
}

/** The identifiers of an object that names their type: each of its values, under each of its types. */
function typed(source: string, object: JsonObject, types: readonly string[]): EventIdentifier[] {
  const names = new Set(types.map((type) => toName(plainName(type))));
  const values = Object.entries(object).filter(([name]) => VALUE_NAME.test(plainName(name)));
  return values.flatMap(([, value]) => [...names].flatMap((name) => named(source, name, [value])));
}
