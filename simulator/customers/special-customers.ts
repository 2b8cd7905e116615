import { fillObject, readDocument } from '../template.ts';
import { notice } from '../upstream-errors.ts';
import { type Customer, toCustomer } from './customer.ts';
import { describeCustomer, type Registration } from './description.ts';
import type { PrimaryIdentifier } from './identifiers.ts';
import { INSTORE } from './sources.ts';

type Identifiers = Registration['identifiers'];

/** A customer that something happened to. Default of the mobile: 919100000000 + the number in the list. */
interface Special extends Partial<Pick<Customer, 'mergedInto' | 'isErased'>> {
  readonly externalId: string;
  readonly firstName: string;
  readonly mobile?: string;
  readonly programmeCount?: number;
  /** The code of a partial reply [P]. The reply about the customer lacks the data that the warning names. */
  readonly warning?: number;
}

const DATA = readDocument(new URL('data/special.json.txt', import.meta.url)) as unknown as {
  readonly customers: readonly Special[];
  /** The identifiers that the people of one home share, and each one's own. */
  readonly home: Identifiers;
  readonly own: Identifiers;
};

// Warnings belong to a reply, not to a customer.
const { warnings: _, ...SAMPLE } = readDocument(new URL('data/sample.json.txt', import.meta.url));

/** The survivor: the reply for a merged customer shows its data, and so do `ERR-8069` and `ERR-91009`. */
export const SURVIVOR_ID = '7100000001';

/**
 * The customer of [S2]'s sample reply, with the sample's own digits. The page shows "[email protected]" in place of the
 * e-mail address. The copy here has the made-up bubalus@example.com.
 */
export const SAMPLE_CUSTOMER = toCustomer('566881933', SAMPLE);

/** Customers that something happened to, all in source INSTORE. The README has the table of them. */
export const SPECIAL_CUSTOMERS: readonly Customer[] = DATA.customers.map(
  ({ externalId, firstName, mobile, programmeCount, warning, ...happened }, index) => {
    const k = index + 1;
    const email = `${externalId.toLowerCase()}@example.com`;
    const identifiers = { mobile: mobile ?? String(919_100_000_000 + k), email, externalId };
    const warnings = warning === undefined ? [] : [notice(warning)];
    return { ...customer(k, firstName, identifiers, programmeCount), ...happened, warnings };
  },
);

/** Three people of one home, who exist only with dual eligibility. The README says which identifiers they share. */
export function household(primary: PrimaryIdentifier): readonly Customer[] {
  return [1, 2, 3].map((k) => {
    const own = fillObject(DATA.own, { k }) as Identifiers;
    return customer(20 + k, `Home ${k}`, { ...DATA.home, [primary]: own[primary] ?? '' });
  });
}

function customer(k: number, firstName: string, identifiers: Identifiers, programmeCount = 1): Customer {
  return describeCustomer({
    id: String(7_100_000_000 + k),
    firstName,
    registrations: [{ source: INSTORE, accountId: '', identifiers }],
    programmeCount,
    points: `${k}.50`,
    lifetimePurchases: `${k * 100}.000`,
  });
}
