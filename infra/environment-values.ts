/** How fast callers may ask. Beyond, the gateway answers 429. */
export interface Throttle {
  /** Requests a second, sustained. */
  readonly perSecond: number;
  /** Requests at once. */
  readonly burst: number;
}

/** How much a caller may ask in all. Beyond, the gateway answers 429 until the period ends. */
export interface Quota {
  readonly requests: number;
  readonly per: 'DAY' | 'WEEK' | 'MONTH';
}

/** What a table takes, in DynamoDB's request units: one reads 4 KB, or writes 1 KB. */
export interface TableThroughput {
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
}

/** How many instances of a function stand ready, started before anybody asks for them. */
export interface ProvisionedConcurrency {
  /** At least so many. */
  readonly min: number;
  /** At most so many. */
  readonly max: number;
  /**
   * The share of them that is in use at best: above it there are more, below it fewer. 0.1 to 0.9.
   *
   * @default 0.7
   */
  readonly targetUtilization?: number;
  /**
   * Other limits from some time on, such as before the shops open.
   *
   * @default - the same limits at all times
   */
  readonly schedule?: readonly ScheduledConcurrency[];
}

/** From when on other limits hold. */
export interface ScheduledConcurrency {
  readonly name: string;
  /** When: minute, hour, day of the month, month, day of the week and year, as `30 8 * * ? *`. */
  readonly cron: string;
  /** Where that is the time, such as `Asia/Kolkata`. */
  readonly timeZone: string;
  readonly min: number;
  readonly max: number;
}

/** How a release moves traffic to a new version. The alarms of the functions move it back. */
export const RELEASES = [
  'at-once',
  '10-percent-for-5-minutes',
  '10-percent-for-15-minutes',
  '10-percent-more-each-minute',
] as const;

/** For how many days CloudWatch Logs can keep logs. */
export const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365] as const;
