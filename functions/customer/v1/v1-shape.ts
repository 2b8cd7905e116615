import type { IdentifierName } from '../identifier/identifier-name.ts';
import { isArray, isObject, type Json, type JsonObject, listOf, objectsOf } from '../json/json.ts';
import { elementsOf, isReadable, MAX_CONTAINER_DEPTH } from '../reply/error-elements.ts';
import { EVERYTHING, type Projection, project, projectionUnder } from '../reply/projection.ts';
import type { AskedSections } from '../request/canonical-request.ts';
import { KNOWN_CUSTOMER_NAMES } from './v1-parameters.ts';

/*
 * The shape of v1.1's replies: a `ReplyShape`. It is loose ([S1][P], upstream notes §2): the wrapper `response` may be
 * absent, `customer` may be an array or one object, and an older page shows `customers` as the list itself. The service
 * understands each form, and passes it on unchanged, because a till's parser expects it.
 */

/** The content of the wrapper, or the reply itself if it has no wrapper. */
export function contentOf(reply: JsonObject): JsonObject {
  return isObject(reply.response) ? reply.response : reply;
}

/** The customers of a reply: none, one, or several (the reply to a batch). */
export function customersOf(reply: JsonObject): readonly JsonObject[] {
  const { customers } = contentOf(reply);
  if (isArray(customers)) return objectsOf(customers);
  const customer = isObject(customers) ? customers.customer : undefined;
  return listOf(customer).filter(isObject);
}

/**
 * `warnings` of a customer's status: a list, one warning, or either inside an object (`{"warning":[…]}`,
 * `{"field":[…]}`). An empty value, in any of its forms, holds none.
 */
export function itemWarningsOf({ warnings }: JsonObject): readonly Json[] {
  return elementsOf(warnings).filter(isReadable);
}

/** The same reply in the same form, with only its status and its customers, each of them changed. */
export function mapCustomers(
  reply: JsonObject,
  changeStatus: (status: Json) => Json | undefined,
  changeCustomer: (customer: JsonObject) => JsonObject,
): JsonObject {
  const { status, customers } = contentOf(reply);
  const changedStatus = status === undefined ? undefined : changeStatus(status);
  const content = {
    ...(changedStatus !== undefined && { status: changedStatus }),
    ...((isObject(customers) || isArray(customers)) && { customers: changedIn(customers, changeCustomer) }),
  };
  return isObject(reply.response) ? { response: content } : content;
}

function changedIn(
  customers: JsonObject | readonly Json[],
  changeCustomer: (customer: JsonObject) => JsonObject,
): JsonObject | readonly Json[] {
  if (isArray(customers)) return objectsOf(customers).map(changeCustomer);
  const { customer } = customers;
  if (customer === undefined) return {};
  return { customer: isObject(customer) ? changeCustomer(customer) : objectsOf(customer).map(changeCustomer) };
}

/** A name of the members around customers. No customer has it. */
const ENVELOPE_NAMES = ['response', 'customers', 'status'];

/** The kept parts of a reply: of its status, and of each customer. */
interface Kept {
  readonly status: Projection | undefined;
  readonly customer: Projection;
  readonly isWhole: boolean;
}

/**
 * A projection names the members of the customer: `firstname,coupons`. It does not matter whether this reply has the
 * wrapper. The statuses of the reply and of the customer (`status`, `item_status`) are kept too. A projection may also
 * begin at the top, with or without the wrapper: `response/customers/customer/firstname` keeps only that name. A
 * projection with names of both kinds keeps both.
 */
function keptBy(projection: Projection): Kept {
  const { mask } = projection;
  if (mask.get('*') === 'everything') return { status: EVERYTHING, customer: EVERYTHING, isWhole: true };
  if (!ENVELOPE_NAMES.some((name) => mask.has(name))) {
    const customer = { ...projection, mask: new Map([...mask, ['item_status', 'everything'] as const]) };
    return { status: EVERYTHING, customer, isWhole: false };
  }
  const content = mask.has('response') ? (projectionUnder(projection, 'response') ?? projection) : projection;
  const customers = projectionUnder(content, 'customers');
  const customer = customers === undefined ? undefined : projectionUnder(customers, 'customer');
  const own = [...mask].filter(([name]) => !ENVELOPE_NAMES.includes(name));
  return {
    status: projectionUnder(content, 'status'),
    customer: { ...projection, mask: new Map([...(customer?.mask ?? []), ...own]) },
    isWhole: false,
  };
}

/**
 * If a caller asked for a section, a member that is not documented is kept too: a section's name may differ from its
 * flag's.
 */
export function trim(reply: JsonObject, projection: Projection, asked: AskedSections): JsonObject {
  const isAskedFor = (section: string) =>
    asked.names.includes(section) || (asked.includesUnknown && !KNOWN_CUSTOMER_NAMES.has(section));
  return keepOnly(reply, keptBy(projection), isAskedFor);
}

/** The reply with only these fields of each customer, and with the status of the whole reply. */
export function narrow(profile: JsonObject, fields: Projection): JsonObject {
  const seen = fields.within === undefined ? profile : narrow(profile, fields.within);
  return keepOnly(seen, keptBy(fields));
}

function keepOnly(reply: JsonObject, { status, customer, isWhole }: Kept, isAskedFor?: (section: string) => boolean) {
  if (isWhole) return reply;
  return mapCustomers(
    reply,
    (value) => (status !== undefined && isObject(value) ? project(value, status) : undefined),
    (each) => project(each, customer, isAskedFor),
  );
}

/** v1.1's member that holds identifiers of a type. */
const MEMBER_BY_NAME: Readonly<Partial<Record<IdentifierName, string>>> = {
  id: 'user_id',
  mobile: 'mobile',
  email: 'email',
  externalId: 'external_id',
};
const CARD_MEMBER_BY_NAME: Readonly<Partial<Record<IdentifierName, string>>> = {
  cardnumber: 'card_number',
  cardExternalId: 'card_external_id',
};
const CARD_MEMBERS = Object.values(CARD_MEMBER_BY_NAME);

/** The identifiers of this kind that the reply lists, of all its customers and their cards. */
export function listIdentifiers(reply: JsonObject, name: IdentifierName): readonly (Json | undefined)[] {
  const customers = customersOf(reply);
  const member = MEMBER_BY_NAME[name];
  if (member !== undefined) return customers.map((customer) => customer[member]);
  const cardMember = CARD_MEMBER_BY_NAME[name];
  if (cardMember === undefined) return [];
  return customers.flatMap(cardsOf).map((card) => card[cardMember]);
}

/** `card_details`: a list, one card, or either inside containers (`{"card":[…]}`, `[{"card":{…}}]`, `{"field":[…]}`). */
function cardsOf({ card_details: details }: JsonObject): readonly JsonObject[] {
  return listOf(details).flatMap((each) => cardsIn(each, 1));
}

/** The card itself, or the cards in a container. */
function cardsIn(value: Json, depth: number): readonly JsonObject[] {
  if (isObject(value) && CARD_MEMBERS.some((member) => member in value)) return [value];
  if (depth > MAX_CONTAINER_DEPTH || !(isArray(value) || isObject(value))) return [];
  return Object.values(value).flatMap((each) => cardsIn(each, depth + 1));
}

/** The first customer of the reply. Default: an empty object. */
export function customerOf(profile: JsonObject): Json {
  return customersOf(profile)[0] ?? {};
}

/**
 * The first of these that is present: the customer's status, the status of the whole reply, an error in v2's form, a
 * message.
 */
export function errorOf(reply: JsonObject): { readonly code: Json; readonly message: Json } {
  const content = contentOf(reply);
  const statuses = [...customersOf(reply).map(({ item_status: itemStatus }) => itemStatus), content.status];
  const { code = null, message = null } = [...statuses, ...objectsOf(reply.errors), content].find(isObject) ?? {};
  return { code, message };
}
