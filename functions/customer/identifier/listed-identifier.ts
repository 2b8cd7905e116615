import type { IdentifierReading } from '../request/reading.ts';
import { toCustomerId } from './customer-id.ts';
import { type Identifier, toIdentifier } from './identifier.ts';
import type { IdentifierName } from './identifier-name.ts';

/**
 * Reads a spelling that the upstream lists, in an event or a reply: every identifier that it may be, each once. It never
 * throws: a text that is not an identifier gives none.
 *
 * For a mobile the upstream lists digits with the country code and no `+`. This function reads them both ways, as
 * written and with a `+`, because the digits of a number from abroad may be a national number too. A number that JSON
 * wrote as `919876543210.0` or `9.1987654321E11` is read as its digits. A card's number is read in the same way,
 * because the v1.1 document calls it a number too ([S1]).
 *
 * To invalidate too much is harmless. In a comparison, it is enough if one of these identifiers matches.
 */
export async function toListedIdentifiers(
  name: IdentifierName,
  text: string,
  reading: IdentifierReading,
): Promise<readonly Identifier[]> {
  const read = await Promise.all(
    spellingsOf(name, text).map((spelling) => toIdentifier(name, spelling, reading).catch(() => undefined)),
  );
  const identifiers = read.filter((identifier) => identifier !== undefined);
  return [...new Map(identifiers.map((identifier) => [identifier.value, identifier])).values()];
}

function spellingsOf(name: IdentifierName, given: string): readonly string[] {
  // A tab or a line break at an end is no part of an identifier. In a look-up it would be refused.
  const text = given.trim();
  if (name === 'cardnumber') return [text, ...wholeNumber(text)];
  if (name !== 'mobile') return [text];
  const written = new Set([text, toCustomerId(text) ?? text]);
  return [...written].flatMap((each) => [each, `+${each}`]);
}

/** The digits of a number that JSON wrote with a point or an exponent; none for any other text. */
export function wholeNumber(text: string): readonly string[] {
  const digits = /[.eE]/.test(text) ? toCustomerId(text) : undefined;
  return digits === undefined ? [] : [digits];
}
