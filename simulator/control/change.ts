import { isObject, type Json, type JsonObject, objectsOf, rawNumber } from '../../functions/customer/json/json.ts';
import { type Customer, placeOf } from '../customers/customer.ts';
import { describeCustomer, type Registration } from '../customers/description.ts';
import type { ControlCommand } from './command.ts';

type Add = NonNullable<ControlCommand['add']>;
type Change = NonNullable<ControlCommand['change']>;

/** The customer that `add` describes. */
export function addedCustomer(add: Add): Customer {
  const { cardnumber, cardExternalId = '', id: _, ...identifiers } = add.identifiers;
  return describeCustomer({
    id: add.id,
    firstName: add.firstName ?? 'Added',
    lastName: add.lastName,
    registrations: [{ ...placeOf(add), identifiers: identifiers as Registration['identifiers'] }],
    cards: cardnumber === undefined ? [] : [{ cardnumber, cardExternalId, status: 'ACTIVE' }],
    points: add.points ?? '0.00',
    lifetimePurchases: '0.000',
  });
}

/** The v2 document of a customer after `change`: names in every profile, points in the first programme, then the patch. */
export function changedDocument(document: JsonObject, { firstName, lastName, points, patch }: Change): JsonObject {
  const names = { ...(firstName === undefined ? {} : { firstName }), ...(lastName === undefined ? {} : { lastName }) };
  const balance =
    points === undefined ? {} : { loyaltyPoints: rawNumber(points), totalAvailablePoints: rawNumber(points) };
  const [first, ...others] = objectsOf(document.loyaltyProgramDetails);
  const result: JsonObject = {
    ...document,
    profiles: objectsOf(document.profiles).map((profile) => ({ ...profile, ...names })),
    loyaltyProgramDetails: first === undefined ? [] : [{ ...first, ...balance }, ...others],
  };
  return patch === undefined ? result : (merged(result, patch) as JsonObject);
}

/** RFC 7396: objects are merged, null removes a member, any other value replaces what was there. */
function merged(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}
