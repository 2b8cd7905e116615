import { withoutCase } from '../identifier/letter-case.ts';
import { toListedIdentifiers } from '../identifier/listed-identifier.ts';
import { type JsonObject, textOf } from '../json/json.ts';
import type { Api, Subject } from '../request/canonical-request.ts';
import type { IdentifierReading } from '../request/reading.ts';
import { REPLY_SHAPES } from './reply-shape.ts';

/**
 * Whether a reply is about the requested customer, as far as the reply says so. If it lists identifiers of the
 * requested type (v2: for cards, those of `cardDetails` too; for id, `id`), one of them must be the requested one, in
 * any spelling. A reply that lists no identifier of that type counts as right. A difference in letter case alone never
 * makes it another customer's.
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
