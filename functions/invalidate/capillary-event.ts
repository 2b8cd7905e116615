import { isArray, isObject, type Json, type JsonObject, textOf } from '../customer/json.ts';
import type { InvalidationMode } from '../lookup/invalidation.ts';

/** What an event notification says, as far as the cache is concerned (upstream notes §5). */
export interface CapillaryEvent {
  /** Undefined where it has no name. */
  readonly name: string | undefined;
  readonly mode: InvalidationMode;
  /** Every customer it names: digits. A merge names two. */
  readonly customerIds: readonly string[];
  /** Every identifier it names, as it stands there. */
  readonly identifiers: readonly EventIdentifier[];
}

/** An identifier that an event names. */
export interface EventIdentifier {
  readonly source: string;
  readonly accountId: string | undefined;
  readonly name: string;
  readonly value: string;
}

/** Points, tier, coupon and transaction events: who it is stays as it was. Every other event deletes. */
const MARKING_EVENTS = new Set(
  [
    ...['transactionAdded', 'transactionUpdated', 'pointsIssued', 'issuedPointsReversed', 'pointsRedeemed'],
    ...['redeemedPointsReversed', 'pointsExpired', 'pointsExpiryChange', 'promisedToCurrentPointsConversion'],
    ...['pointsTransferredInitiated', 'pointsTransferredReceived', 'manualPointsAdjustment'],
    ...['pointsContributionToGroup', 'alternateCurrenciesIssued', 'issuedAlternateCurrenciesReversed'],
    ...['tierUpgraded', 'tierDowngraded', 'tierRenewed', 'CouponIssue', 'CouponRedeem'],
  ].map((name) => name.toLowerCase()),
);

/** The documented events that delete ([P], upstream notes §5). */
const DELETING_EVENTS = new Set(
  [
    ...['customerAdded', 'customerUpdated', 'customerSubscription', 'loyaltyCustomerMerge', 'cardUpdated'],
    ...['partnerProgramLinked', 'partnerProgramUpdated', 'partnerProgramDelinked', 'groupMemberAdded'],
    ...['groupMemberRemoved'],
  ].map((name) => name.toLowerCase()),
);

/** Whether a name is that of a documented event; any other could be anything, and is not for the log. */
export function isDocumentedEvent(name: string): boolean {
  return MARKING_EVENTS.has(name.toLowerCase()) || DELETING_EVENTS.has(name.toLowerCase());
}

/** No envelope nests deeper; nor does what is looked at inside. */
const MAX_ENVELOPES = 8;
const MAX_DEPTH = 32;

/** Reads an event out of any of its four envelopes. */
export function readCapillaryEvent(body: JsonObject): CapillaryEvent {
  const { name, content } = unwrap(body);
  const customerIds = new Set<string>();
  const identifiers = new Map<string, EventIdentifier>();
  visit(content, 0, (object) => {
    for (const id of customerIdsOf(object)) customerIds.add(id);
    for (const identifier of identifiersOf(object)) identifiers.set(JSON.stringify(identifier), identifier);
  });
  return {
    name,
    mode: name !== undefined && MARKING_EVENTS.has(name.toLowerCase()) ? 'mark-stale' : 'delete',
    customerIds: [...customerIds],
    identifiers: [...identifiers.values()],
  };
}

/**
 * `{eventName,data}` · `{eventType,attributes:{eventName,data}}` · `{body:{…}}` · `{data:{eventName,…}}`, and one inside
 * another. `eventType` may be `<number>_customerUpdated`.
 */
function unwrap(body: JsonObject): { readonly name: string | undefined; readonly content: JsonObject } {
  let content = body;
  let name: string | undefined;
  for (let envelope = 0; envelope < MAX_ENVELOPES; envelope += 1) {
    name = textOf(content.eventName) ?? name ?? textOf(content.eventType)?.replace(/^\d+_/, '');
    const inner =
      [content.body, content.attributes].find(isObject) ?? (namesItself(content.data) ? content.data : undefined);
    if (inner === undefined) break;
    content = inner;
  }
  return { name, content };
}

function namesItself(data: Json | undefined): data is JsonObject {
  return isObject(data) && data.eventName !== undefined;
}

function visit(value: Json, depth: number, see: (object: JsonObject) => void): void {
  if (depth > MAX_DEPTH) return;
  if (isArray(value)) for (const element of value) visit(element, depth + 1, see);
  if (!isObject(value)) return;
  see(value);
  for (const member of Object.values(value)) visit(member, depth + 1, see);
}

/** Every member that holds a customer's id: `customerId`, `fromCustomerId`, `mergedCustomerIds`, … */
function customerIdsOf(object: JsonObject): string[] {
  return Object.entries(object)
    .filter(([name]) => /(?:customer_?ids?|^user_?id)$/i.test(name))
    .flatMap(([, value]) => leaves(value))
    .filter((text) => /^\d{1,20}$/.test(text));
}

/** The identifiers of a `customerIdentifiers` object, and of any list of typed identifiers. */
function identifiersOf(object: JsonObject): EventIdentifier[] {
  const { customerIdentifiers, accountId } = object;
  const found: EventIdentifier[] = [];
  if (isObject(customerIdentifiers)) {
    for (const [source, named] of Object.entries(customerIdentifiers)) {
      if (isObject(named))
        found.push(...(named.accounts === undefined ? ofStore(named) : ofAccounts(source, named.accounts)));
    }
  }
  // Those of an account are its source's, and were found there.
  if (accountId === undefined && isArray(object.identifiers)) {
    found.push(...object.identifiers.filter(isObject).flatMap((each) => typed('INSTORE', undefined, each)));
  }
  return found;
}

/** `instore{mobile,email,externalId,cardnumber,cardexternalid,cardNumbers[]}`; each may hold a previous and a current value. */
function ofStore(named: JsonObject): EventIdentifier[] {
  return Object.entries(named).flatMap(([name, value]) => {
    const known = name.toLowerCase() === 'cardnumbers' ? 'cardnumber' : name;
    return leaves(value).map((text) => ({ source: 'INSTORE', accountId: undefined, name: known, value: text }));
  });
}

/** `<source>{accounts[]{accountId, identifiers[]{identifierType, identifierValue}}}`. */
function ofAccounts(source: string, accounts: Json): EventIdentifier[] {
  if (!isArray(accounts)) return [];
  return accounts
    .filter(isObject)
    .flatMap(({ accountId, identifiers }) =>
      (isArray(identifiers) ? identifiers : [])
        .filter(isObject)
        .flatMap((each) => typed(source.toUpperCase(), textOf(accountId), each)),
    );
}

/** `{identifierType|type, identifierValue|value|previousValue|…}`: every value beside the type. */
function typed(source: string, accountId: string | undefined, each: JsonObject): EventIdentifier[] {
  const name = textOf(each.identifierType) ?? textOf(each.type);
  if (name === undefined) return [];
  return Object.entries(each)
    .filter(([member]) => /value|previous|current|old|new/i.test(member))
    .flatMap(([, value]) => leaves(value))
    .map((value) => ({ source, accountId, name, value }));
}

/** Every text and number in a value, as it was written. */
function leaves(value: Json): string[] {
  const text = textOf(value);
  if (text !== undefined) return text === '' ? [] : [text];
  if (isArray(value)) return value.flatMap(leaves);
  return isObject(value) ? Object.values(value).flatMap(leaves) : [];
}
