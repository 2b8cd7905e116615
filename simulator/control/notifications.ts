import { gzipSync } from 'node:zlib';
import { type JsonObject, objectsOf, textOf, writeJson } from '../../functions/customer/json/json.ts';
import type { Customer } from '../customers/customer.ts';
import { INSTORE } from '../customers/sources.ts';
import { digits, toJsonObject } from '../digits.ts';

/** Event notifications as the upstream sends them: every published way to name a customer, in every envelope ([P], §5). */

/** The first identifier of each type, in the store's profile and on the first card. */
type Named = Readonly<Record<'id' | 'mobile' | 'email' | 'externalId' | 'cardNumber', string>>;

/** How a notification names the customer: the content of its `data`. */
const FORMS = {
  id: ({ id }) => ({ customerIdentifiers: { customerId: digits(id) } }),
  /** As tier events do. */
  'id-with-decimal-point': ({ id }) => ({ customerIdentifiers: { customerId: digits(`${id}.0`) } }),
  'id-as-text': ({ id }) => ({ customerIdentifiers: { customerId: id } }),
  'id-of-store': ({ id }) => ({ customerIdentifiers: { instore: { id: digits(id) } } }),
  entity: ({ id }) => ({ entityInformation: { entityType: 'USER', entityId: digits(id) } }),
  identifiers: ({ mobile, email, externalId }) => ({
    customerIdentifiers: { instore: { mobile, email, externalId, cardNumbers: [] }, wechat: { accounts: [{}] } },
  }),
  'account-of-toabao': ({ id, mobile }) => ({
    customerIdentifiers: {
      customerId: digits(id),
      toabao: {
        accounts: [{ accountId: 'tb1', identifiers: [{ identifierType: 'mobile', identifierValue: mobile }] }],
      },
    },
  }),
  'updated-fields': ({ mobile }) => ({
    updatedFields: [
      { fieldName: 'mobile', previousValue: mobile, currentValue: '', source: INSTORE, fieldType: 'StandardField' },
    ],
  }),
  beside: ({ mobile, email }) => ({ mobile: digits(mobile), email }),
  'card-number': ({ cardNumber }) => ({ cardNumber, previousStatusLabel: 'ACTIVE', currentStatusLabel: 'SUSPENDED' }),
} as const satisfies Readonly<Record<string, (customer: Named) => object>>;

/** The envelopes around the name and the data. */
const ENVELOPES = {
  plain: (event) => event,
  attributes: ({ eventName, ...rest }) => ({
    eventId: rest.eventId,
    eventType: `50001_${eventName}`,
    attributes: { eventName, ...rest },
  }),
  body: (event) => ({ body: event }),
  data: (event) => ({ data: event }),
  'body-as-text': (event) => ({ body: writeJson(toJsonObject(event)) }),
  'message-as-text': (event) => ({ Type: 'Notification', Message: writeJson(toJsonObject(event)) }),
} as const satisfies Readonly<Record<string, (event: NamedEvent) => object>>;

interface NamedEvent {
  readonly eventName: string;
  readonly eventId: string;
  readonly data: object;
}

/** How the body is written. */
const ENCODINGS = {
  plain: { headers: {}, encode: (text: string) => Buffer.from(text) },
  'byte-order-mark': { headers: {}, encode: (text: string) => Buffer.from(`\uFEFF${text}`) },
  gzip: { headers: { 'content-encoding': 'gzip' }, encode: (text: string) => gzipSync(text) },
} as const;

export type NotificationForm = keyof typeof FORMS;
export type NotificationEnvelope = keyof typeof ENVELOPES;
export type NotificationEncoding = keyof typeof ENCODINGS;
export const NOTIFICATION_FORMS = Object.keys(FORMS) as readonly NotificationForm[];
export const NOTIFICATION_ENVELOPES = Object.keys(ENVELOPES) as readonly NotificationEnvelope[];
export const NOTIFICATION_ENCODINGS = Object.keys(ENCODINGS) as readonly NotificationEncoding[];

export interface NotificationOptions {
  /** The event's name. Default: customerUpdated. */
  readonly name?: string | undefined;
  /** Default: `id`. */
  readonly form?: NotificationForm | undefined;
  /** Default: `plain`. */
  readonly envelope?: NotificationEnvelope | undefined;
  /** Default: `plain`. */
  readonly encoding?: NotificationEncoding | undefined;
}

/** A notification, ready to be posted. */
export interface Notification {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
}

/** The notification that something about a customer has changed. */
export function notificationOf(customer: Customer, options: NotificationOptions = {}): Notification {
  const { name = 'customerUpdated', form = 'id', envelope = 'plain', encoding = 'plain' } = options;
  const event = { eventName: name, eventId: `simulated-${customer.id}`, data: FORMS[form](namesOf(customer)) };
  const { headers, encode } = ENCODINGS[encoding];
  const body = encode(writeJson(toJsonObject(ENVELOPES[envelope](event))));
  return { headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(body) };
}

function namesOf({ id, document }: Customer): Named {
  const profiles = objectsOf(document.profiles);
  const store = profiles.find(({ source }) => source === INSTORE) ?? profiles[0];
  const identifier = (type: string) =>
    textAt(
      objectsOf(store?.identifiers).find((each) => each.type === type),
      'value',
    );
  return {
    id,
    mobile: identifier('mobile'),
    email: identifier('email'),
    externalId: identifier('externalId'),
    cardNumber: textAt(objectsOf(document.cardDetails)[0], 'cardNumber'),
  };
}

function textAt(object: JsonObject | undefined, name: string): string {
  return textOf(object?.[name]) ?? '';
}
