import type { Api, Subject } from './canonical-request.ts';
import { type Identifier, type MobileReading, toIdentifier } from './identifier.ts';
import { type JsonObject, textOf } from './json.ts';
import { REPLY_SHAPES } from './reply-shape.ts';

/**
 * Whether a reply is about the customer asked for, as far as it can be told: when it lists identifiers of the asked type
 * (v2: of cards, `cardDetails[].cardNumber`; of id, `id`), one of them must be the asked one, in its one spelling. A
 * reply that lists none of that type is believed.
 */
export async function isAboutSubject(
  api: Api,
  reply: JsonObject,
  { identifier }: Subject,
  reading: MobileReading,
): Promise<boolean> {
  const listed = REPLY_SHAPES[api].listIdentifiers(reply, identifier.name).map(textOf);
  const values = listed.filter((text) => text !== undefined && text !== '') as string[];
  if (values.length === 0) return true;
  const matches = await Promise.all(values.map((text) => isSpellingOf(identifier, text, reading)));
  return matches.includes(true);
}

async function isSpellingOf(asked: Identifier, text: string, reading: MobileReading): Promise<boolean> {
  // The upstream lists digits with the country code and no `+`: of a number from abroad they would read as a national one.
  const spellings = asked.name === 'mobile' ? [text, `+${text}`] : [text];
  const identifiers = await Promise.all(
    spellings.map((spelling) => toIdentifier(asked.name, spelling, reading).catch(() => undefined)),
  );
  return identifiers.some((identifier) => identifier?.value === asked.value);
}
