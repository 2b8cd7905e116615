import { withoutCase } from '../identifier/letter-case.ts';
import { toListedIdentifiers } from '../identifier/listed-identifier.ts';
import { type JsonObject, textOf } from '../json/json.ts';
import type { Api, Subject } from '../request/canonical-request.ts';
import type { IdentifierReading } from '../request/reading.ts';
import { REPLY_SHAPES } from './reply-shape.ts';

/**
 * Whether a reply is about the customer that was asked for, as far as it says so. If it lists identifiers of the asked type
 * (v2: of cards, `cardDetails[].cardNumber`; of id, `id`), one of them must be the asked one, in any spelling. A reply that
 * lists none of that type is believed. A difference only in letter case never makes it another customer's.
 */
export async function isAboutSubject(
  api: Api,
  reply: JsonObject,
  { identifier }: Subject,
  reading: IdentifierReading,
): Promise<boolean> {
  const listed = REPLY_SHAPES[api].listIdentifiers(reply, identifier.name).map(textOf);
  const texts = listed.filter((text) => text !== undefined && text !== '') as string[];
  if (texts.length === 0) return true;
  const asked = withoutCase(identifier.value);
  const read = await Promise.all(texts.map((text) => toListedIdentifiers(identifier.name, text, reading)));
  return read.flat().some(({ value }) => withoutCase(value) === asked);
}
