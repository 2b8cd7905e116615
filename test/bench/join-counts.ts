/**
 * The cost of profile and coupons, for each way to get them: requests to the upstream and to DynamoDB by a miss, and by
 * a hit. Tests compare the measurement and docs/benchmarks/joined.md with it.
 */
export const JOIN_COUNTS: readonly (readonly [way: string, ...counts: number[]])[] = [
  ['one joined look-up', 2, 7, 0, 1],
  ['two look-ups, at once', 2, 8, 0, 2],
  ['two look-ups, one after the other', 2, 8, 0, 2],
  ['the two APIs, at once', 2, 0, 2, 0],
  ['the two APIs, one after the other', 2, 0, 2, 0],
];
