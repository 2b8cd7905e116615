import { notice } from '../upstream-errors.ts';
import type { Customer } from './customer.ts';
import { type CustomerDescription, describeCustomer } from './description.ts';
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
  const survivor = named(1, 'MERGED-SURVIVOR', 'Survivor');
  const abroad = description(10, 'ABROAD', 'Abroad', '4917600000010');
  const bare = { ...description(4, 'BARE', 'Bare'), programmeCount: 0, cards: [] };
  return [
    survivor,
    { ...named(2, 'MERGED', 'Merged'), mergedInto: survivor.id },
    { ...named(3, 'ERASED', 'Erased'), isErased: true },
    describeCustomer(bare),
    ...PARTIAL_CODES.map((code, k) => ({
      ...named(5 + k, `WARN-${code}`, `Partial ${code}`),
      warnings: [notice(code)],
    })),
    describeCustomer(abroad),
  ];
}

/** Three people of one home, who exist only with dual eligibility. The README says which identifiers they share. */
export function household(primary: PrimaryIdentifier): readonly Customer[] {
  return [1, 2, 3].map((k) => {
    const own = { mobile: `91920000000${k}`, email: `home-${k}@example.com`, externalId: `HOME-${k}` };
    const shared = { mobile: '919200000000', email: 'home@example.com', externalId: 'HOME' };
    const values = { ...shared, [primary]: own[primary] };
    return describeCustomer({
      ...description(20 + k, '', `Home ${k}`),
      registrations: [
        {
          source: INSTORE,
          accountId: '',
          identifiers: Object.entries(values).map(([type, value]) => ({ type, value })),
        },
      ],
    });
  });
}

function named(k: number, externalId: string, firstName: string): Customer {
  return describeCustomer(description(k, externalId, firstName));
}

function description(
  k: number,
  externalId: string,
  firstName: string,
  mobile = String(919_100_000_000 + k),
): CustomerDescription {
  return {
    id: String(7_100_000_000 + k),
    firstName,
    lastName: 'Example',
    registrations: [
      {
        source: INSTORE,
        accountId: '',
        identifiers: [
          { type: 'mobile', value: mobile },
          { type: 'email', value: `${externalId.toLowerCase()}@example.com` },
          { type: 'externalId', value: externalId },
        ],
      },
    ],
    cards: [],
    programmeCount: 1,
    points: `${k}.50`,
    lifetimePurchases: `${k * 100}.000`,
    offset: 'Z',
  };
}
