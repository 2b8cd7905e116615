import type { RawNumber } from '../functions/customer/json/json.ts';
import { type Customer, toCustomer } from './customer-directory.ts';
import { digits, toJsonObject } from './digits.ts';
import { INSTORE } from './sources.ts';

/**
 * Made-up customers, the same in every run: customer n (1, 2, 3, …) is a function of n alone. No person behind any of
 * them: example domains, numbers counted up.
 *
 * | of customer n | value |
 * |---|---|
 * | id | 7000000000 + n; for every eighth (1, 9, 17, …) 9007199254740993 + 2 (n − 1), which no JavaScript number holds |
 * | mobile | 919000000000 + n; registered with the country code for even n, without for odd n |
 * | email | `customer-<n>@example.com`; `@example.in` for even n |
 * | externalId | `CUST-<n in 4 digits>` |
 * | cards | n mod 4 of them: cardnumber `9900` and 12 digits, `n × 10 + k`; cardExternalId `CardExt-<n>-<k>` |
 * | programmes | 1; for every third (3, 6, …) 2 |
 * | registered in | see `PLACES`: by n mod 6 |
 * | instants | in Z, +05:30 or +08:00, by n mod 3 |
 */
export function madeUpCustomer(n: number): Customer {
  const [firstName, lastName] = pick(NAMES, n);
  return describeCustomer({
    id: n % 8 === 1 ? String(9_007_199_254_740_993n + 2n * BigInt(n - 1)) : String(7_000_000_000 + n),
    firstName,
    lastName,
    registrations: pick(PLACES, n).map((place) => ({ ...place, identifiers: identifiersAt(place.source, n) })),
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

/** What makes up a customer. Everything else in the document is the same for all. */
export interface CustomerDescription {
  /** Digits, up to 64 bits. */
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  /** In which sources and accounts, each with its own identifiers. */
  readonly registrations: readonly Registration[];
  readonly cards: readonly CardDescription[];
  /** 0 for a customer outside every loyalty programme. */
  readonly programmeCount: number;
  /** Digits of the balance of the first programme, e.g. `12.50`. */
  readonly points: string;
  /** Digits of the sum of all purchases, e.g. `1250.500`. */
  readonly lifetimePurchases: string;
  /** The cluster's time zone, as it ends an instant: `Z`, `+05:30`, … */
  readonly offset: string;
}

export interface Registration {
  readonly source: string;
  /** Empty for INSTORE. */
  readonly accountId: string;
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
}

export interface CardDescription {
  readonly cardnumber: string;
  readonly cardExternalId: string;
  readonly status: string;
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

const PLACES: readonly (readonly { readonly source: string; readonly accountId: string }[])[] = [
  [{ source: INSTORE, accountId: '' }],
  [{ source: INSTORE, accountId: '' }],
  [
    { source: INSTORE, accountId: '' },
    { source: 'WECHAT', accountId: 'wechat-account-1' },
  ],
  [{ source: 'MARTJACK', accountId: 'martjack-account-1' }],
  [{ source: 'WECHAT', accountId: 'wechat-account-2' }],
  [
    { source: INSTORE, accountId: '' },
    { source: 'FACEBOOK', accountId: 'facebook-account-1' },
  ],
];

const CARD_STATUSES = ['ACTIVE', 'ACTIVE', 'BLOCKED', 'EXPIRED', 'NOT_ISSUED'];

function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}

function identifiersAt(source: string, n: number): readonly { type: string; value: string }[] {
  const number = String(n).padStart(4, '0');
  const mobile = String(9_000_000_000 + n);
  const common = [
    { type: 'mobile', value: n % 2 === 0 ? `91${mobile}` : mobile },
    { type: 'email', value: `customer-${n}@example.${n % 2 === 0 ? 'in' : 'com'}` },
  ];
  switch (source) {
    case 'WECHAT':
      return [...common, { type: 'wechat', value: `wechat-openid-${number}` }];
    case 'MARTJACK':
      return [...common, { type: 'martjackId', value: `MJ-${number}` }];
    case 'FACEBOOK':
      return [...common, { type: 'fbId', value: `fb-${number}` }];
    default:
      return [...common, { type: 'externalId', value: `CUST-${number}` }];
  }
}

/** A customer of this description, in the shape of [S2]'s sample. */
export function describeCustomer(description: CustomerDescription): Customer {
  const { id, offset, registrations, cards } = description;
  const till = { id: 75000001, code: 'till.demo', name: 'till.demo', type: 'TILL', referenceId: -1, default: false };
  const document = {
    id: digits(id),
    profiles: registrations.map(({ source, accountId, identifiers }) => ({
      firstName: description.firstName,
      lastName: description.lastName,
      attribution: {
        createDate: `2024-03-01T09:30:00${offset}`,
        createdBy: till,
        modifiedBy: till,
        modifiedDate: `2025-11-02T18:05:41${offset}`,
      },
      fields: {},
      allFields: {},
      identifiers,
      commChannels: identifiers
        .filter(({ type }) => type === 'mobile' || type === 'email')
        .map(({ type, value }) => ({
          type,
          value,
          primary: true,
          verified: false,
          meta: { residence: false, office: false },
          attributes: {},
        })),
      source,
      userId: digits(id),
      accountId,
      conflictingProfileList: [],
      autoUpdateTime: `2025-11-02T18:05:41${offset}`,
      identifiersAll: identifiers,
    })),
    loyaltyInfo: {
      loyaltyType: description.programmeCount > 0 ? 'loyalty' : 'non_loyalty',
      attributionV2: {
        createDate: `2024-03-01T09:30:00${offset}`,
        createdBy: till,
        modifiedBy: till,
        modifiedDate: `2025-11-02T18:05:41${offset}`,
        createdFromSource: 'instore',
      },
      lifetimePurchases: digits(description.lifetimePurchases),
      score: 0,
    },
    segments: {},
    associatedWith: 'till.demo',
    extendedFields: { city: 'Exampleville', gender: 'Other' },
    loyaltyProgramDetails: Array.from({ length: description.programmeCount }, (_, k) =>
      describeProgramme(description, k),
    ),
    cardDetails: cards.map((card, k) => describeCard(description, card, k)),
  };
  return toCustomer(toJsonObject(document));
}

function describeProgramme({ points, lifetimePurchases, offset, id }: CustomerDescription, k: number): object {
  const isFirst = k === 0;
  const balance = digits(isFirst ? points : '0.000');
  return {
    redeemed: digits('100.00'),
    expired: ZERO,
    returned: ZERO,
    adjusted: ZERO,
    lifetimePoints: balance,
    loyaltyPoints: balance,
    cumulativePurchases: digits(lifetimePurchases),
    loyaltyId: digits(id.slice(-9).replace(/^0+(?=\d)/, '')),
    currentSlab: isFirst ? 'Silver' : 'Coral',
    currentSlabDescription: `Tier ${isFirst ? 2 : 1}`,
    nextSlab: isFirst ? 'Gold' : 'Opal',
    nextSlabSerialNumber: isFirst ? 3 : 2,
    nextSlabDescription: `Tier ${isFirst ? 3 : 2}`,
    slabSNo: isFirst ? 2 : 1,
    slabExpiryDate: `2027-12-31T23:59:59${offset}`,
    programId: isFirst ? 901 : 902,
    delayedPoints: digits('5.00'),
    delayedReturnedPoints: ZERO,
    delayedExpiredPoints: ZERO,
    totalAvailablePoints: balance,
    totalReturnedPoints: ZERO,
    linkedPartnerPrograms: [],
    programTitle: isFirst ? 'Made-up rewards' : 'Made-up club',
    programDescription: 'A programme of the simulator',
    programPointsToCurrencyRatio: digits(isFirst ? '1.0' : '0.25'),
    upgradeStrategies: [
      {
        upgradeBasedOn: 'CURRENT_POINTS',
        upgradeThreshold: digits('3000.0'),
        customerUpgradeEntityValues: {
          currentValue: digits('250.0'),
          gapToUpgrade: digits('2750.0'),
          valueValidUpto: '2027-12-31',
        },
      },
    ],
  };
}

const ZERO: RawNumber = digits('0.000');

function describeCard({ id, offset }: CustomerDescription, card: CardDescription, k: number): object {
  const cardId = 900_000 + Number(id.slice(-4)) * 10 + k;
  const isActive = card.status === 'ACTIVE';
  return {
    cardId,
    issuedDate: `2025-02-03T10:00:00${offset}`,
    createdDate: '2025-02-03',
    createdDateTimeISO: `2025-02-03T09:59:00${offset}`,
    expiryDays: 1000,
    seriesName: 'Made-up series',
    customerId: digits(id),
    maxActiveCards: 5,
    ...(card.cardExternalId === '' ? {} : { cardExternalId: card.cardExternalId }),
    customFields: {},
    type: k % 2 === 0 ? 'DIGITAL' : 'PHYSICAL',
    cardNumber: card.cardnumber,
    seriesId: 901,
    seriesCode: 'madeup',
    orgId: 100001,
    entityId: 75000001,
    statusInfo: {
      reason: isActive ? '' : 'made up',
      createdBy: cardId,
      actions: [],
      autoUpdateTime: '2025-02-03',
      autoUpdateTimeISO: `2025-02-03T10:00:00${offset}`,
      createdOn: `2025-02-03T10:00:00${offset}`,
      entityId: cardId,
      id: 28_000_000 + cardId,
      isActive,
      labelId: 901,
      label: card.status,
      status: card.status,
    },
    id: cardId,
    // True on ACTIVE cards too, as in the sample: nothing follows from it.
    transactionNotAllowed: true,
    activeAndDigital: isActive && k % 2 === 0,
    expiryDate: `2028-02-03T00:00:00${offset}`,
  };
}
