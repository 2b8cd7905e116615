import { IDENTIFIER_NAMES, type IdentifierName } from '../../functions/customer/identifier/identifier-name.ts';

/** `wechat`, `martjackId` and `fbId` are registered in a source of their own; a card and an id belong to the customer. */
export interface Identifier {
  readonly name: IdentifierName;
  readonly value: string;
}

/** The identifiers of a card, by the member of the v2 document that holds them. Every other kind is in a profile. */
export const CARD_MEMBERS: { readonly [Name in IdentifierName]?: string } = {
  cardnumber: 'cardNumber',
  cardExternalId: 'cardExternalId',
};

/** The identifiers that dual eligibility may make the primary one [S2]. */
export const PRIMARY_IDENTIFIERS = ['mobile', 'email', 'externalId'] as const;
/** The identifier that finds a customer if dual eligibility is on. */
export type PrimaryIdentifier = (typeof PRIMARY_IDENTIFIERS)[number];

const NAME_BY_LOWER_CASE = new Map(IDENTIFIER_NAMES.map((name) => [name.toLowerCase(), name]));

/** The documented spelling, in any letter case ([S2]'s own example spells `externalID`). */
export function toIdentifierName(text: string): IdentifierName | undefined {
  return NAME_BY_LOWER_CASE.get(text.trim().toLowerCase());
}

/** A mobile of the made-up brand's home, India: the country code may be there or not. */
const HOME_MOBILE = /^\+?(?:91)?(\d{10})$/;

/**
 * The value by which an identifier is compared [?]. A mobile with the home country code equals one without it. E-mail
 * addresses match in any letter case, and so do external ids if dual eligibility is on [P]. Every other kind is
 * compared as it is.
 */
export function comparable({ name, value }: Identifier, isDual: boolean): string {
  if (name === 'email' || (name === 'externalId' && isDual)) return value.toLowerCase();
  if (name !== 'mobile') return value;
  return HOME_MOBILE.exec(value)?.[1] ?? value.replace(/^\+/, '');
}
