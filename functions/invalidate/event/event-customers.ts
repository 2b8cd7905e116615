import type { Json } from '../../customer/json/json.ts';
import { type EventObject, type Members, membersOf } from './event-objects.ts';
import { objectsAt, textsAt, textsIn } from './event-values.ts';

/** The types of entities that are customers. */
const CUSTOMER_ENTITIES = new Set(['USER', 'CUSTOMER']);

/**
 * Every customer's id in an object of an event, in the event's spelling.
 *
 * | member | what is read |
 * |---|---|
 * | `customerId`, `fromCustomerId`, `mergedCustomerIds`, … `userId` | ids, in lists and in objects too |
 * | `customer`, `fromCustomer`, `customers`, … | `id` |
 * | `entityInformation` | `entityId`, if `entityType` is USER, CUSTOMER or absent |
 */
export function customerIdsOf({ members }: EventObject): string[] {
  return [...members].flatMap(([name, values]) => idsAt(name, values));
}

function idsAt(name: string, values: readonly Json[]): string[] {
  if (/(?:customerids?|^userids?)$/.test(name)) return textsIn(values);
  if (/customers?$/.test(name)) return inside(values, (members) => textsIn(members.get('id')));
  return name === 'entityinformation' ? inside(values, entityIds) : [];
}

function entityIds(members: Members): string[] {
  const types = textsAt(members, ['entitytype']);
  const isCustomer = types.length === 0 || types.some((type) => CUSTOMER_ENTITIES.has(type.trim().toUpperCase()));
  return isCustomer ? textsIn(members.get('entityid')) : [];
}

function inside(values: readonly Json[], read: (members: Members) => string[]): string[] {
  return objectsAt(values).flatMap((object) => read(membersOf(object)));
}
