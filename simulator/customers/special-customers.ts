import { notice } from '../upstream-errors.ts';
import type { Customer } from './customer.ts';
import { describeCustomer, type Registration } from './description.ts';
import type { PrimaryIdentifier } from './identifiers.ts';
import { INSTORE } from './sources.ts';

/** The survivor: the reply for a merged customer shows its data, and so do `ERR-8069` and `ERR-91009`. */
export const SURVIVOR_ID = '7100000001';

/**
 * The warnings of a partial reply [P]. Each has a customer `WARN-<code>`. The reply about that customer lacks the data
 * that the warning names.
 */
const PARTIAL_CODES = [8062, 8063, 91001, 91002, 91004];

/**
 * Customers that something happened to, all in source INSTORE. The README has the table of them. The mobile of each is
 * 919100000000 + its number in the list below, except for ABROAD.
 */
export function specialCustomers(): readonly Customer[] {
  return [
    special(1, 'MERGED-SURVIVOR', 'Survivor'),
    { ...special(2, 'MERGED', 'Merged'), mergedInto: SURVIVOR_ID },
    { ...special(3, 'ERASED', 'Erased'), isErased: true },
    special(4, 'BARE', 'Bare', { programmeCount: 0 }),
    ...PARTIAL_CODES.map((code, k) => ({
      ...special(5 + k, `WARN-${code}`, `Partial ${code}`),
      warnings: [notice(code)],
    })),
    special(10, 'ABROAD', 'Abroad', { mobile: '4917600000010' }),
  ];
}

/** Three people of one home, who exist only with dual eligibility. The README says which identifiers they share. */
export function household(primary: PrimaryIdentifier): readonly Customer[] {
  const shared = { mobile: '919200000000', email: 'home@example.com', externalId: 'HOME' };
  return [1, 2, 3].map((k) => {
    const own = { mobile: `91920000000${k}`, email: `home-${k}@example.com`, externalId: `HOME-${k}` };
    return customer(20 + k, `Home ${k}`, { ...shared, [primary]: own[primary] });
  });
}

function special(
  k: number,
  externalId: string,
  firstName: string,
  { mobile = String(919_100_000_000 + k), programmeCount = 1 } = {},
): Customer {
  const identifiers = { mobile, email: `${externalId.toLowerCase()}@example.com`, externalId };
  return customer(k, firstName, identifiers, programmeCount);
}

function customer(
  k: number,
  firstName: string,
  identifiers: Registration['identifiers'],
  programmeCount = 1,
): Customer {
  return describeCustomer({
    id: String(7_100_000_000 + k),
    firstName,
    registrations: [{ source: INSTORE, accountId: '', identifiers }],
    programmeCount,
    points: `${k}.50`,
    lifetimePurchases: `${k * 100}.000`,
  });
}
