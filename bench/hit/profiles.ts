/*
 * Customers as the upstream sends them, made up: the base reply of v2, and as many cards as make it large enough.
 */

/** The mobile number of a made-up customer, as a till types it. @param n from 0 on */
export function mobileOf(n: number): string {
  return `${9_000_000_002 + n}`;
}

/**
 * The upstream's reply for a customer.
 * @param mobile as a till types it
 * @param bytes the least length of the part that a till's profile keeps; 0: a customer without cards
 */
export function profileReply(mobile: string, bytes = 0): string {
  const cards: object[] = [];
  let length = 0;
  while (length < bytes) {
    const card = cardOf(cards.length);
    cards.push(card);
    length += JSON.stringify(card).length + 1;
  }
  return JSON.stringify({ ...baseOf(mobile), cardDetails: cards });
}

function baseOf(mobile: string) {
  const id = Number(mobile) - 2_000_000_000;
  return {
    id,
    profiles: [
      {
        firstName: 'Asha',
        lastName: 'Made-Up',
        fields: {},
        userId: id,
        accountId: '',
        conflictingProfileList: [],
        autoUpdateTime: '2026-01-04T10:15:00Z',
        identifiers: [
          { type: 'mobile', value: `91${mobile}` },
          { type: 'email', value: `customer-${id}@example.com` },
          { type: 'externalId', value: `CUST-${id}` },
          { type: 'cardnumber', value: `9900${id}` },
        ],
        commChannels: [],
        source: 'INSTORE',
        identifiersAll: [],
      },
    ],
    loyaltyInfo: {
      loyaltyType: 'loyalty',
      attributionV2: { createDate: '2024-11-19T15:15:40Z', createdBy: { id: 75_054_322, code: 'store.till' } },
      lifetimePurchases: 2500.5,
    },
    segments: { 'high-value': [{ segmentName: 'high-value', segmentValue: 'yes' }] },
    loyaltyProgramDetails: [
      {
        programId: 3111,
        programTitle: 'Made-up Rewards',
        redeemed: 120,
        expired: 10,
        returned: 0,
        adjusted: 0,
        lifetimePoints: 512.25,
        loyaltyPoints: 382.25,
        cumulativePurchases: 2500.5,
        currentSlab: 'Silver',
        currentSlabDescription: 'Silver: one point for each 10 spent, two on Wednesdays',
        slabSNo: 2,
        slabExpiryDate: '2027-12-31T23:59:59Z',
        nextSlab: 'Gold',
        nextSlabSerialNumber: 3,
        nextSlabDescription: 'Gold: two points for each 10 spent, and a birthday gift',
        totalAvailablePoints: 382.25,
        delayedPoints: 0,
        programPointsToCurrencyRatio: 0.25,
        upgradeStrategies: [{ currentValue: 2500.5, strategyType: 'CUMULATIVE_PURCHASES', targetValue: 10_000 }],
        gapToRenewSummary: null,
      },
    ],
    warnings: [],
  };
}

const STATUSES = ['ACTIVE', 'NOT_ISSUED', 'EXPIRED', 'SUSPENDED'] as const;

function cardOf(n: number) {
  const status = STATUSES[n % STATUSES.length];
  // Counted by a step that shares no digits with the next: real card numbers do not repeat either.
  const digits = (BigInt(n + 1) * 7_919_919_917n) % 1_000_000_000_000n;
  return {
    cardNumber: `9900${String(digits).padStart(12, '0')}`,
    type: n % 2 === 0 ? 'Physical' : 'Digital',
    seriesCode: `series-${n % 7}`,
    seriesName: `Made-up series ${n % 7}`,
    expiryDate: `20${27 + (n % 5)}-0${1 + (n % 9)}-15T00:00:00Z`,
    statusInfo: { status, label: `Card ${String(status).toLowerCase()}`, isActive: status === 'ACTIVE' },
    entityId: 100_000 + n,
  };
}
