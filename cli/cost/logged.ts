import type { Outcome } from './used.ts';

/** The log line of a look-up, its line break included. Bytes; the digits of its times make a small difference. */
export const LINE_BYTES: Readonly<Record<Outcome, number>> = { hit: 551, stale: 690, miss: 800, notFound: 850 };

/** The log line of a revalidation. Bytes. */
export const REVALIDATION_LINE_BYTES = 725;

/** The log line of a batch: its fixed part, and the part of each look-up. Bytes. */
export const BATCH_LINE_BYTES: Readonly<Record<Outcome | 'base', number>> = {
  base: 450,
  hit: 59,
  stale: 115,
  miss: 190,
  notFound: 190,
};

/** Lambda's own lines about an invocation: START, END and REPORT. Bytes, about. */
export const PLATFORM_BYTES = 280;

/** API Gateway's line about a request. Bytes, about. */
export const ACCESS_BYTES = 430;
