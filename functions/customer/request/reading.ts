import type { IdentifierName } from '../identifier/identifier-name.ts';
import type { PhoneMetadata } from '../identifier/mobile.ts';
import type { Embed } from '../v2/embed.ts';

/** How this deployment reads identifiers. */
export interface IdentifierReading {
  /** The country of a mobile number without a country code: ISO 3166-1 alpha-2. */
  readonly defaultCountry: string;
  readonly phoneMetadata: PhoneMetadata;
  /** The identifier that finds a customer if dual eligibility is on; undefined if it is off. */
  readonly primaryIdentifier: IdentifierName | undefined;
}

/** How this deployment reads look-ups. */
export interface RequestReading extends IdentifierReading {
  /** Sections fetched with every look-up. */
  readonly embedAlways: readonly Embed[];
  /** Further parameters that both look-ups accept and pass on as they are, by their names. */
  readonly extraParameters: readonly string[];
}

/**
 * The place of a request's texts. In a query string an unescaped `+` becomes a space. A text from any other place, such
 * as the payload of a direct invocation, counts as it is written.
 */
export type TextOrigin = 'query' | 'payload';
