import type { Subject } from './canonical-request.ts';
import { type Identifier, type IdentifierName, type MobileReading, toIdentifier } from './identifier.ts';
import { isArray, isObject, type Json, type JsonObject, textOf } from './json.ts';

/**
 * Whether a reply is about the customer asked for, as far as it can be told: when it lists identifiers of the asked type
 * (cards: `cardDetails[].cardNumber`; id: `id`), one of them must be the asked one, in its one spelling. A reply that
 * lists none of that type is believed.
 */
export async function isAboutSubject(
  reply: JsonObject,
  { identifier }: Subject,
  reading: MobileReading,
): Promise<boolean> {
  const listed = listedValues(reply, identifier.name);
  if (listed.length === 0) return true;
  const matches = await Promise.all(listed.map((text) => isSpellingOf(identifier, text, reading)));
  return matches.includes(true);
}

function listedValues(reply: JsonObject, name: IdentifierName): readonly string[] {
  const values = listed(reply, name);
  return values.map(textOf).filter((text) => text !== undefined && text !== '') as string[];
}

function listed(reply: JsonObject, name: IdentifierName): readonly (Json | undefined)[] {
  if (name === 'id') return [reply.id];
  if (name === 'cardnumber') return objects(reply.cardDetails).map(({ cardNumber }) => cardNumber);
  if (name === 'cardExternalId') return objects(reply.cardDetails).map(({ cardExternalId }) => cardExternalId);
  return objects(reply.profiles)
    .flatMap(({ identifiers }) => objects(identifiers))
    .filter(({ type }) => textOf(type)?.toLowerCase() === name.toLowerCase())
    .map(({ value }) => value);
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

async function isSpellingOf(asked: Identifier, text: string, reading: MobileReading): Promise<boolean> {
  // The upstream lists digits with the country code and no `+`: of a number from abroad they would read as a national one.
  const spellings = asked.name === 'mobile' ? [text, `+${text}`] : [text];
  const identifiers = await Promise.all(
    spellings.map((spelling) => toIdentifier(asked.name, spelling, reading).catch(() => undefined)),
  );
  return identifiers.some((identifier) => identifier?.value === asked.value);
}
