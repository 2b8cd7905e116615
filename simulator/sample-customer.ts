import { readFileSync } from 'node:fs';
import { isObject, type JsonObject, parseJson } from '../functions/customer/json/json.ts';
import { type Customer, toCustomer } from './customer-directory.ts';

/**
 * The customer of [S2]'s sample reply, id 566881933, with the sample's own digits. Found in source INSTORE by mobile
 * 1234512345 (or 911234512345), e-mail, externalId 12341234, and five cards, one of which has cardExternalId
 * `CardExternal2`.
 *
 * The page hides the e-mail address ("[email protected]"): in the copy here it is the made-up bubalus@example.com. The copy
 * is called .txt because the formatter would shorten the digits of a .json file's numbers.
 */
export function readSampleCustomer(): Customer {
  const document = parseJson(readFileSync(new URL('data/customerDetails.json.txt', import.meta.url), 'utf8'));
  if (!isObject(document)) throw new TypeError('data/customerDetails.json.txt holds no JSON object.');
  return toCustomer(withoutWarnings(document));
}

/** Warnings belong to a reply, not to a customer: they are put in when the reply is made. */
function withoutWarnings({ warnings: _, ...document }: JsonObject): JsonObject {
  return document;
}
