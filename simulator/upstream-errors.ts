import type { JsonObject } from '../functions/customer/json/json.ts';

/** One entry of `errors[]` or `warnings[]`. */
export interface Notice {
  readonly code: number;
  readonly message: string;
}

export const NOT_FOUND = 8015;

/** [S1]'s message for an erased customer. Nothing else about that answer is documented. */
export const ERASED_MESSAGE = 'Customer is deleted after PII delete request';

/**
 * The messages of the error codes in the upstream notes §3. The message of 8015 is [S2]'s own. The others are made up in
 * its manner. The meaning of each "bad source, account or identifier" code is a guess [?].
 */
const MESSAGES: Readonly<Record<number, string>> = {
  8015: 'Customer not found for the given identifiers',
  8065: 'Customer not found in the given source',
  816: 'Customer not found in the organization',
  1011: 'Customer not found',
  1012: 'Customer not found for the given identifier',
  1013: 'Customer is not enrolled in the loyalty program',
  1020: 'Customer is not registered for loyalty',
  8089: 'Customer is not a loyalty customer',
  8069: 'Customer is merged into another customer',
  91009: 'Customer is merged, returning the surviving customer',
  8003: 'Invalid source',
  8011: 'Invalid account id',
  8012: 'Invalid identifier name',
  8013: 'Invalid identifier value',
  8045: 'Number of identifier names and values does not match',
  8130: 'Identifier type is not supported',
  11013: 'Invalid attribution',
  1015: 'Invalid customer identifier',
  1042: 'No customer identifier passed',
  1104: 'Invalid parameter value',
  8062: 'Points could not be fetched',
  8063: 'Segments could not be fetched',
  91001: 'Points could not be fetched',
  91002: 'Segments could not be fetched',
  91004: 'Subscriptions could not be fetched',
  1044: 'Operation is not permitted',
  618: 'Customer is marked as fraud',
  461: 'Server is busy, please retry',
  521: 'Service is temporarily busy, please retry',
  429: 'Too many requests',
};

/** An entry with the message that goes with its code. */
export function notice(code: number, message = MESSAGES[code] ?? 'Unexpected error'): Notice {
  return { code, message };
}

/** Whether the upstream notes list this code. */
export function isKnownCode(code: number): boolean {
  return code in MESSAGES;
}

/** v2's body of an error: `{"errors":[{"status":false,"code":8015,"message":"…"}],"warnings":[]}`. */
export function toErrorBody(...errors: readonly Notice[]): JsonObject {
  return { errors: errors.map(toEntry), warnings: [] };
}

/** An entry as v2 writes it, in `errors[]` and in `warnings[]` alike. */
export function toEntry({ code, message }: Notice): JsonObject {
  return { status: false, code, message };
}
