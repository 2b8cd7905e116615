/** The v2 API's identifier names, in the documented spelling ([S2] and [P], upstream notes §1). */
export const IDENTIFIER_NAMES = [
  'cardnumber',
  'cardExternalId',
  'email',
  'externalId',
  'fbId',
  'id',
  'martjackId',
  'mobile',
  'wechat',
] as const;
/** The name of a kind of identifier, in the documented spelling. */
export type IdentifierName = (typeof IDENTIFIER_NAMES)[number];

/** The longest text that is read as a name, with the spaces around it. Characters. */
const MAX_LENGTH = 256;

const NAME_BY_LOWER_CASE: ReadonlyMap<string, IdentifierName> = new Map(
  IDENTIFIER_NAMES.map((name) => [name.toLowerCase(), name]),
);

/** The documented spelling of a name that a caller gave, in any letter case; undefined if there is no such name. */
export function toIdentifierName(text: string): IdentifierName | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const name = text.trim().toLowerCase();
  // Capillary's parameter tables have both spellings (upstream notes §5).
  return name === 'card_number' ? 'cardnumber' : NAME_BY_LOWER_CASE.get(name);
}

/** Names that no caller uses, without their underscores. */
const OTHER_LISTED_NAMES: ReadonlyMap<string, IdentifierName> = new Map([['cardnumbers', 'cardnumber']]);

/**
 * The documented spelling of a name in an event or a reply: in any letter case, with or without underscores
 * (`external_id`, `cardExternalId`, `card_number`); undefined if there is no such name.
 */
export function toListedIdentifierName(text: string): IdentifierName | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const name = text.trim().toLowerCase().replaceAll('_', '');
  return NAME_BY_LOWER_CASE.get(name) ?? OTHER_LISTED_NAMES.get(name);
}
