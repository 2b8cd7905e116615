import { withoutCase } from '../identifier/letter-case.ts';
import { toListedIdentifiers, wholeNumber } from '../identifier/listed-identifier.ts';
import { isNumber, type Json, type JsonObject, textOf } from '../json/json.ts';
import type { Api, Subject } from '../request/canonical-request.ts';
import type { IdentifierReading } from '../request/reading.ts';
import { REPLY_SHAPES } from './reply-shape.ts';

/**
 * How many different texts are read, because reading a phone number costs about 0.1 ms of CPU. No customer has so many
 * identifiers of one type. An answer that has the requested one only after them is served, and not stored.
 */
const MAX_TEXTS = 500;

/**
 * Whether a reply is about the requested customer, as far as the reply says so. If it lists identifiers of the
 * requested type (v2: for cards, those of `cardDetails` too; for id, `id`), one of them must be the requested one, in
 * any spelling. A reply that lists no identifier of that type counts as right. A difference in letter case alone does
 * not count.
 */
export async function isAboutSubject(
  api: Api,
  reply: JsonObject,
  { identifier }: Subject,
  reading: IdentifierReading,
): Promise<boolean> {
  const texts = new Set(REPLY_SHAPES[api].listIdentifiers(reply, identifier.name).flatMap(spellingsOf));
  if (texts.size === 0) return true;
  const asked = withoutCase(identifier.value);
  for (const text of [...texts].slice(0, MAX_TEXTS)) {
    const read = await toListedIdentifiers(identifier.name, text, reading);
    if (read.some(({ value }) => withoutCase(value) === asked)) return true;
  }
  return false;
}

/**
 * The texts of a listed value; none if the value holds no identifier. JSON may write a number with a point or an
 * exponent.
 */
function spellingsOf(value: Json | undefined): readonly string[] {
  const text = textOf(value) ?? '';
  if (text.trim() === '') return [];
  return isNumber(value) ? [text, ...wholeNumber(text)] : [text];
}
