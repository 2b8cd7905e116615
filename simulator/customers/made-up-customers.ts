import type { Customer, Place } from './customer.ts';
import { describeCustomer, type Registration } from './description.ts';
import { INSTORE } from './sources.ts';

/**
 * A made-up customer, the same in every run: customer n (1, 2, 3, …) is a function of n only. There is no person behind
 * it: example domains, and numbers counted up. The table of all values is in the simulator's README.
 */
export function madeUpCustomer(n: number): Customer {
  const [firstName, lastName] = pick(NAMES, n);
  return describeCustomer({
    id: n % 8 === 1 ? String(9_007_199_254_740_993n + 2n * BigInt(n - 1)) : String(7_000_000_000 + n),
    firstName,
    lastName,
    registrations: pick(PLACES, n).map((place) => ({ ...place, identifiers: identifiersIn(place.source, n) })),
    cards: Array.from({ length: n % 4 }, (_, k) => ({
      cardnumber: `9900${String(n * 10 + k).padStart(12, '0')}`,
      cardExternalId: `CardExt-${n}-${k}`,
      status: pick(CARD_STATUSES, n + k),
    })),
    programmeCount: n % 3 === 0 ? 2 : 1,
    points: `${n * 12}.50`,
    lifetimePurchases: n % 10 === 0 ? `1${String(n).padStart(7, '0')}.250` : `${n * 1250}.500`,
    offset: pick(['Z', '+05:30', '+08:00'], n),
  });
}

const NAMES: readonly (readonly [string, string])[] = [
  ['Zoë', 'Müller'],
  ['Asha', 'Example'],
  ['आशा', 'उदाहरण'],
  ['小明', '示例'],
  ['Łukasz', 'Przykład'],
  ['Søren', 'Eksempel'],
  ['Nguyễn', 'Ví Dụ'],
  ['José', 'Ejemplo 🦉'],
  ['Sinéad', "O'Sample"],
  ['Δοκιμή', 'Παράδειγμα'],
  ['تجربة', 'مثال'],
];

const STORE: Place = { source: INSTORE, accountId: '' };

/** The sources and accounts that a customer is registered in, by n. */
const PLACES: readonly (readonly Place[])[] = [
  [STORE],
  [STORE],
  [STORE, { source: 'WECHAT', accountId: 'wechat-account-1' }],
  [{ source: 'MARTJACK', accountId: 'martjack-account-1' }],
  [{ source: 'WECHAT', accountId: 'wechat-account-2' }],
  [STORE, { source: 'FACEBOOK', accountId: 'facebook-account-1' }],
];

/** The identifier that exists in one source only, and the beginning of its value. */
const OWN_IDENTIFIER: Readonly<Record<string, readonly [type: string, beginning: string]>> = {
  [INSTORE]: ['externalId', 'CUST-'],
  WECHAT: ['wechat', 'wechat-openid-'],
  MARTJACK: ['martjackId', 'MJ-'],
  FACEBOOK: ['fbId', 'fb-'],
};

const CARD_STATUSES = ['ACTIVE', 'ACTIVE', 'BLOCKED', 'EXPIRED', 'NOT_ISSUED'];

function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}

function identifiersIn(source: string, n: number): Registration['identifiers'] {
  const mobile = String(9_000_000_000 + n);
  const [type, beginning] = OWN_IDENTIFIER[source] as readonly [string, string];
  return {
    mobile: n % 2 === 0 ? `91${mobile}` : mobile,
    email: `customer-${n}@example.${n % 2 === 0 ? 'in' : 'com'}`,
    [type]: `${beginning}${String(n).padStart(4, '0')}`,
  };
}
