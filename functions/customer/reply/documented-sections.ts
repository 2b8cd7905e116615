import type { Api } from '../request/canonical-request.ts';
import { KNOWN_CUSTOMER_NAMES } from '../v1/v1-parameters.ts';
import { EMBEDS, sectionsOfEmbeds } from '../v2/embed.ts';
import { BASE_REPLY_NAMES } from '../v2/v2-shape.ts';

/**
 * The documented top-level sections of a customer, by API: v2's top-level names, and v1.1's members of a customer. Any
 * other name may hold anything, so the service never logs it.
 */
export const DOCUMENTED_SECTIONS: Readonly<Record<Api, ReadonlySet<string>>> = {
  v2: new Set([...BASE_REPLY_NAMES, ...sectionsOfEmbeds(EMBEDS)]),
  'v1.1': KNOWN_CUSTOMER_NAMES,
};
