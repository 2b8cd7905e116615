import { toCustomerId } from '../../customer/identifier/customer-id.ts';
import { type Json, textOf } from '../../customer/json/json.ts';
import { partsOf } from '../../customer/reply/error-elements.ts';

/**
 * The meaning of an upstream error or warning for a look-up (upstream notes §3). The body's code decides, never the
 * HTTP status alone: published integrations mostly show 200 with `errors[]`, and sometimes 404 or 400.
 */
export type ErrorClass =
  /** No such customer, in that source, in the org, or in the loyalty programme. */
  | 'not-found'
  /** The customer's data were deleted on request. */
  | 'erased'
  /** Merged into another account. The reply has that account's data, and is served. */
  | 'merged'
  /** The upstream could not fetch a part of the reply. The rest is served, not stored. */
  | 'partial'
  /** The caller's error, not permitted, or fraud. It is passed on, never stored. */
  | 'refused'
  /** An upstream failure that may be retried. */
  | 'busy'
  /** The upstream throttles. The form of this error is not documented: a code 429 may come with another status. */
  | 'throttled'
  /** Our credentials are not right. */
  | 'credentials-refused';

const CODES_BY_CLASS: Readonly<Record<Exclude<ErrorClass, 'erased'>, readonly number[]>> = {
  'not-found': [8015, 8065, 816, 1011, 1012, 1013, 1020, 8089],
  merged: [8069, 91009],
  partial: [8062, 8063, 91001, 91002, 91004],
  refused: [8003, 8011, 8012, 8013, 8045, 8130, 11013, 1015, 1042, 1104, 1044, 618],
  busy: [461, 521],
  throttled: [429],
  'credentials-refused': [401, 403],
};

const CLASS_BY_CODE = new Map(
  Object.entries(CODES_BY_CLASS).flatMap(([errorClass, codes]) =>
    codes.map((code) => [String(code), errorClass as ErrorClass] as const),
  ),
);

/** The message for an erased customer. It is documented ([S1]); its code is not. */
const ERASED_MESSAGE = /customer is deleted after pii delete request/i;

/** The class of an error or a warning; undefined if its code is not known. */
export function classify(error: Json): ErrorClass | undefined {
  const { code, message } = partsOf(error);
  if (erasedMessageIn(textOf(message)) !== undefined) return 'erased';
  return CLASS_BY_CODE.get(spellingOf(code));
}

/**
 * A code in its one spelling. As with ids, Capillary may write it as a number or a text, with a decimal point or an
 * exponent: `8015`, `" 8015"`, `8015.0` and `8.015E3` are one code. Empty: there is none.
 */
export function spellingOf(code: Json | undefined): string {
  const text = textOf(code)?.trim() ?? '';
  return toCustomerId(text) ?? text;
}

/** The message that a customer was erased, in any text; undefined if the text does not have it. */
export function erasedMessageIn(text: string | undefined): string | undefined {
  return ERASED_MESSAGE.exec(text ?? '')?.[0];
}
