import type { NotStoredReason } from '../../functions/lookup/entry.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../functions/lookup/fleet.ts';
import type { Peeked } from '../../local/peek/peek.ts';
import type { NotServedReason, PeekedEntry, PeekedOutcome, PeekedVariant } from '../../local/peek/peeked-variant.ts';
import { duration } from '../duration.ts';
import type { Output } from '../output.ts';

const NOT_SERVED: Readonly<Record<NotServedReason, string>> = {
  'no-entry': 'there is no entry',
  'another-projection': 'it was kept by another PROFILE_FIELDS, so no look-up finds it',
  'clock-ahead': "its time is ahead of this machine's clock: compare the clocks",
  expired: 'it is past every window',
  'marked-stale': 'an event marked it stale, and the next look-up asks the upstream',
  'not-found-over': '"not found" is never served stale, and its freshness is over',
  stale: 'it is past STALE_WHILE_REVALIDATE_SECONDS, and the next look-up asks the upstream',
};

const NOT_STORED: Readonly<Record<NotStoredReason, string>> = {
  refused: 'the upstream refused the request, and a refusal is never stored',
  partial: 'the answer was incomplete (a warning says that a part is missing)',
  'another-customer': 'the answer is about another customer than the one asked for',
  'no-customer-id': 'the answer has no customer id, so no purge could find the entry',
  'not-found': 'it was "not found", and NOT_FOUND_FRESH_SECONDS is 0',
  'too-large': "the answer is over the store's limit for an item: PROFILE_FIELDS can make it smaller",
  voided: `a purge or an event came during the fetch, or less than ${MAX_CLOCK_DIFFERENCE_MS / 1000} s before it`,
  unwritten: 'the store did not take it, and did not take the one before',
  fault: 'Lookaside failed: the log says why',
};

/**
 * The text about the store's content for a person.
 * @param isOwnSettings whether the key comes from the settings of the shell: with another one no entry is found
 */
export function peekLines(
  { now, variants, identifierName, isNeverStored }: Peeked,
  output: Pick<Output, 'paint'>,
  isOwnSettings = false,
): readonly string[] {
  if (isNeverStored && variants.length === 0) {
    return [
      `PRIMARY_IDENTIFIER is set, and it is not ${identifierName}: look-ups by ${identifierName} are never stored.`,
    ];
  }
  if (variants.length === 0) {
    const orOther = isOwnSettings ? '; or CACHE_KEY_SECRET of this shell is not that of the service' : '';
    return [
      `The cache has no entry of this identifier: no answer was stored, or it was purged, or it has ended${orOther}.`,
    ];
  }
  return variants.flatMap((variant) => variantLines(variant, now, output));
}

function variantLines(variant: PeekedVariant, now: number, { paint }: Pick<Output, 'paint'>): readonly string[] {
  const { api, options, entry, verdict, fetchedUntil, lastOutcome, revalidationHeldUntil } = variant;
  const isHit = verdict.use === 'hit';
  const word = isHit ? (verdict.detail === undefined ? 'HIT' : 'STALE') : 'NOT SERVED';
  const colour = isHit ? (verdict.detail === undefined ? 'green' : 'yellow') : 'grey';
  return [
    [paint(word, colour), api, ...options].join('  '),
    `  served  ${servedWords(variant)}`,
    ...(entry === undefined ? [] : entryLines(entry, now)),
    ...(lastOutcome === undefined ? [] : [`  last    ${lastWords(lastOutcome)}`]),
    ...(fetchedUntil === undefined
      ? []
      : [`  fetch   a look-up may be fetching it, for ${duration(fetchedUntil - now)} more`]),
    ...(revalidationHeldUntil === undefined
      ? []
      : [
          `  held    no revalidation is asked for in the next ${duration(revalidationHeldUntil - now)}: one was asked for, or failed`,
        ]),
  ];
}

function servedWords({ verdict }: PeekedVariant): string {
  if (verdict.use === 'forward') {
    return `no: ${NOT_SERVED[verdict.because]}${verdict.mayStandIn ? '; it stands in if the upstream fails' : ''}`;
  }
  return verdict.detail === undefined ? 'yes, fresh' : `yes, ${verdict.detail}`;
}

function entryLines(entry: PeekedEntry, now: number): readonly string[] {
  const { kind, status, askedAt, bodyBytes, freshUntil, staleWhileRevalidateUntil, staleIfErrorUntil } = entry;
  const left = (until: number) => (until > now ? `${duration(until - now)} left` : `over for ${duration(now - until)}`);
  const marked = entry.markedAt === undefined ? [] : [`  marked  stale, ${duration(now - entry.markedAt)} ago`];
  return [
    `  entry   ${kind === 'found' ? 'found' : 'not found'} (${status}), ${bodyBytes} bytes, asked ${duration(now - askedAt)} ago`,
    kind === 'found'
      ? `  windows fresh: ${left(freshUntil)}; stale-while-revalidate: ${left(staleWhileRevalidateUntil)}; stale-if-error: ${left(staleIfErrorUntil)}`
      : `  windows fresh: ${left(freshUntil)}`,
    ...marked,
  ];
}

function lastWords({ kind, why }: PeekedOutcome): string {
  switch (kind) {
    case 'failed':
      return `the last fetch stored nothing: the upstream failed (${why})`;
    case 'erased':
      return 'the last fetch stored nothing: the upstream erased the customer';
    case 'given-up':
      return 'the last fetch stored nothing: a stale entry was served in its place';
    case 'ceded':
      return 'the last fetch stored nothing: the store did not take the answer, or another look-up had to fetch it';
    case 'not-stored':
      return `the last fetch stored nothing: ${NOT_STORED[why as NotStoredReason] ?? 'the reason is not known'}`;
  }
}
