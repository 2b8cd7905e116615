import type { JsonObject } from '../functions/customer/json/json.ts';
import { readDocument, without } from './template.ts';

/** One entry of `errors[]` or `warnings[]`, as v2 writes it. */
export type Notice = { readonly status: false; readonly code: number; readonly message: string };

/** [S2]'s code for a customer that is not found. */
export const NOT_FOUND = 8015;

/** [S1]'s message for an erased customer. Nothing else about that answer is documented. */
export const ERASED_MESSAGE = 'Customer is deleted after PII delete request';

/** The facts of the upstream notes (§3) about the codes. */
const DATA = readDocument(new URL('data/errors.json.txt', import.meta.url)) as {
  /**
   * The message of 8015 is [S2]'s own. The others are made up in its manner. The meaning of each "bad source, account or
   * identifier" code is a guess [?].
   */
  readonly messages: Readonly<Record<number, string>>;
  /** v1.1's own codes for v2's warnings [P]. The assignment of the partial ones is a guess [?]. */
  readonly v1Codes: Readonly<Record<number, number>>;
  /**
   * By the code of a warning about a partial reply [P]: the parts of both APIs' replies that could not be fetched. A
   * guess [?].
   */
  readonly missing: Readonly<Record<number, readonly string[]>>;
};

/** An entry with the message that goes with its code. */
export function notice(code: number, message = DATA.messages[code] ?? 'Unexpected error'): Notice {
  return { status: false, code, message };
}

/** Whether the upstream notes list this code. */
export function isKnownCode(code: number): boolean {
  return code in DATA.messages;
}

/** The warning as v1.1 gives it. */
export function toV1Warning(warning: Notice): Notice {
  const code = DATA.v1Codes[warning.code];
  return code === undefined ? warning : notice(code);
}

/** v2's body of an error: `{"errors":[{"status":false,"code":8015,"message":"…"}],"warnings":[]}`. */
export function toErrorBody(error: Notice): JsonObject {
  return { errors: [error], warnings: [] };
}

/** A customer without the parts that the reply's warnings name. */
export function withoutMissing(customer: JsonObject, warnings: readonly Notice[]): JsonObject {
  const missing = warnings.flatMap(({ code }) => DATA.missing[code] ?? []);
  return without(customer, missing);
}
