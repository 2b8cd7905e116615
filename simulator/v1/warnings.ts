import type { JsonObject } from '../../functions/customer/json/json.ts';
import { type Notice, notice } from '../upstream-errors.ts';

/** v1.1's own codes for v2's warnings [P]. The assignment of the partial ones is a guess [?]. */
const CODE_BY_V2_CODE: Readonly<Record<number, number>> = { 8062: 91001, 8063: 91002, 8069: 91009 };

/** The parts that each warning of a partial reply says could not be fetched [?]. */
const MISSING_BY_CODE: Readonly<Record<number, readonly string[]>> = {
  91001: [
    'lifetime_points',
    'loyalty_points',
    'points_summary',
    'promotion_points',
    'expiry_schedule',
    'expired_points',
    'delayed_accrual',
    'mlp',
  ],
  91002: ['segments'],
  91004: ['subscriptions'],
};

/** The warning as v1.1 gives it. */
export function toV1Warning(warning: Notice): Notice {
  const code = CODE_BY_V2_CODE[warning.code];
  return code === undefined ? warning : notice(code);
}

/** A customer without the parts that the reply's warnings name. */
export function withoutMissing(customer: JsonObject, warnings: readonly Notice[]): JsonObject {
  const missing = new Set(warnings.flatMap(({ code }) => MISSING_BY_CODE[code] ?? []));
  return Object.fromEntries(Object.entries(customer).filter(([name]) => !missing.has(name)));
}
