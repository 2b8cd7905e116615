import type { Customer } from './customer-directory.ts';
import type { PrimaryIdentifier } from './identifiers.ts';
import { type CustomerDescription, describeCustomer } from './made-up-customers.ts';
import { INSTORE } from './sources.ts';
import { notice } from './upstream-errors.ts';

/** The customer that merged ones are answered with, and that `ERR-8069` and `ERR-91009` carry. */
export const SURVIVOR_ID = '7100000001';

/** The warnings of a partial reply [P]: each has its customer `WARN-<code>`, whose reply lacks what could not be fetched. */
const PARTIAL_CODES = [8062, 8063, 91001, 91002, 91004];

/**
 * Made-up customers to whom something happened, all in source INSTORE. v1.1 says what happened
 * in the customer's `item_status`.
 *
 * | externalId | email | customer |
 * |---|---|---|
 * | `WARN-8062`, `WARN-8063`, `WARN-91001`, `WARN-91002`, `WARN-91004` | `warn-<code>@example.com` | found, with that warning (v1.1: 91001 for 8062, 91002 for 8063); what could not be fetched is missing |
 * | `MERGED` | `merged@example.com` | merged: the survivor's data, with warning 8069 (v1.1: 91009) |
 * | `MERGED-SURVIVOR` | `merged-survivor@example.com` | the survivor, id 7100000001, without warning |
 * | `ERASED` | `erased@example.com` | erased: "Customer is deleted after PII delete request" |
 * | `BARE` | `bare@example.com` | found, with no card and no programme |
 * | `ABROAD` | `abroad@example.com` | found, by the mobile 4917600000010 |
 *
 * The mobiles of the others: 919100000000 + their number in the order of the list below.
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

/**
 * Three people of one home, who exist only where dual eligibility is on: each has a primary identifier of their own
 * (mobile 919200000001…3, email `home-1…3@example.com` or externalId `HOME-1…3`) and all share the two secondary ones
 * (mobile 919200000000, email `home@example.com`, externalId `HOME`).
 */
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
