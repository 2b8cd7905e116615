import type { Json } from '../../customer/json/json.ts';
import type { InvalidationMode } from '../../lookup/item-change.ts';
import { type EventObject, type Members, plainName } from './event-objects.ts';

/** Points, tier, coupon and transaction events: the customer behind an identifier stays the same. */
const MARKING_EVENTS = [
  'transactionAdded',
  'transactionUpdated',
  'pointsIssued',
  'issuedPointsReversed',
  'pointsRedeemed',
  'redeemedPointsReversed',
  'pointsExpired',
  'pointsExpiryChange',
  'promisedToCurrentPointsConversion',
  'pointsTransferredInitiated',
  'pointsTransferredReceived',
  'manualPointsAdjustment',
  'pointsContributionToGroup',
  'alternateCurrenciesIssued',
  'issuedAlternateCurrenciesReversed',
  'tierUpgraded',
  'tierDowngraded',
  'tierRenewed',
  'CouponIssue',
  'CouponRedeem',
] as const;

/** The other documented events ([P], upstream notes §5). */
const DELETING_EVENTS = [
  'customerAdded',
  'customerUpdated',
  'customerSubscription',
  'loyaltyCustomerMerge',
  'cardUpdated',
  'partnerProgramLinked',
  'partnerProgramUpdated',
  'partnerProgramDelinked',
  'groupMemberAdded',
  'groupMemberRemoved',
] as const;

/** The name of a documented event, in its documented spelling. */
export type DocumentedEvent = (typeof MARKING_EVENTS)[number] | (typeof DELETING_EVENTS)[number];

/** Every documented event, in its documented spelling. */
export const DOCUMENTED_EVENTS: readonly DocumentedEvent[] = [...MARKING_EVENTS, ...DELETING_EVENTS];

const DOCUMENTED_NAMES = new Map<string, DocumentedEvent>(DOCUMENTED_EVENTS.map((name) => [plainName(name), name]));
const MARKING_NAMES = new Set<DocumentedEvent | undefined>(MARKING_EVENTS);
const DELETING_NAMES = new Set<DocumentedEvent | undefined>(DELETING_EVENTS);

/** The kind of the event. */
export interface EventKind {
  /**
   * Undefined if it has no name, or an undocumented one. An undocumented name may hold anything, so the log must not
   * have it.
   */
  readonly name: DocumentedEvent | undefined;
  readonly mode: InvalidationMode;
}

/**
 * Finds the kind of an event by its name: the `eventName` of the innermost envelope. If there is none, the outermost
 * `eventType` counts, which may be `<number>_customerUpdated`. If any of its names is that of a deleting event, the
 * event deletes.
 */
export function kindOf(objects: readonly EventObject[]): EventKind {
  const envelopes = objects.filter(({ isEnvelope }) => isEnvelope).map(({ members }) => members);
  const names = envelopes.flatMap((members) => textsAt(members, 'eventname'));
  const types = envelopes.flatMap((members) => textsAt(members, 'eventtype'));
  const given = [...names, ...types].map(documented);
  const name = names.length > 0 ? given[names.length - 1] : given[0];
  const marks = MARKING_NAMES.has(name) && !given.some((each) => DELETING_NAMES.has(each));
  return { name, mode: marks ? 'mark-stale' : 'delete' };
}

function documented(name: string): DocumentedEvent | undefined {
  return DOCUMENTED_NAMES.get(plainName(name.replace(/^\s*\d+_/, '')));
}

function textsAt(members: Members, name: string): string[] {
  return (members.get(name) ?? []).filter((value: Json): value is string => typeof value === 'string' && value !== '');
}
