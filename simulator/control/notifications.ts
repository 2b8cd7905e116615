import { gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import type { IdentifierName } from '../../functions/customer/identifier/identifier-name.ts';
import { type JsonObject, objectsOf, rawNumber, textOf, writeJson } from '../../functions/customer/json/json.ts';
import { type Customer, identifiersOf, storeProfileOf } from '../customers/customer.ts';
import { INSTORE } from '../customers/sources.ts';

/** Event notifications as the upstream sends them: every published way to name a customer, in every envelope ([P], §5). */

/** The first identifier of each type, in the store's profile and on the first card. */
type Named = Readonly<Record<'id' | 'mobile' | 'email' | 'externalId' | 'cardNumber', string>>;

/** How a notification names the customer: the content of its `data`. */
const FORMS = {
  id: ({ id }) => ({ customerIdentifiers: { customerId: rawNumber(id) } }),
  /** As tier events do. */
  'id-with-decimal-point': ({ id }) => ({ customerIdentifiers: { customerId: rawNumber(`${id}.0`) } }),
  'id-as-text': ({ id }) => ({ customerIdentifiers: { customerId: id } }),
  'id-of-store': ({ id }) => ({ customerIdentifiers: { instore: { id: rawNumber(id) } } }),
  entity: ({ id }) => ({ entityInformation: { entityType: 'USER', entityId: rawNumber(id) } }),
  identifiers: ({ mobile, email, externalId }) => ({
    customerIdentifiers: { instore: { mobile, email, externalId, cardNumbers: [] }, wechat: { accounts: [{}] } },
  }),
  'account-of-toabao': ({ id, mobile }) => ({
    customerIdentifiers: {
      customerId: rawNumber(id),
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
  beside: ({ mobile, email }) => ({ mobile: rawNumber(mobile), email }),
  'card-number': ({ cardNumber }) => ({ cardNumber, previousStatusLabel: 'ACTIVE', currentStatusLabel: 'SUSPENDED' }),
} as const satisfies Readonly<Record<string, (customer: Named) => JsonObject>>;

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
  'body-as-text': (event) => ({ body: writeJson(event) }),
  'message-as-text': (event) => ({ Type: 'Notification', Message: writeJson(event) }),
} as const satisfies Readonly<Record<string, (event: NamedEvent) => JsonObject>>;

type NamedEvent = Readonly<Record<'eventName' | 'eventId', string> & { data: JsonObject }>;

/** How the body is written. */
const ENCODINGS = {
  plain: { headers: {}, encode: (text: string) => Buffer.from(text) },
  'byte-order-mark': { headers: {}, encode: (text: string) => Buffer.from(`\uFEFF${text}`) },
  gzip: { headers: { 'content-encoding': 'gzip' }, encode: (text: string) => gzipSync(text) },
} as const;

export const NOTIFICATION_FORMS = namesOf(FORMS);
export const NOTIFICATION_ENVELOPES = namesOf(ENVELOPES);
export const NOTIFICATION_ENCODINGS = namesOf(ENCODINGS);

export const NotificationOptionsSchema = z.strictObject({
  /** The event's name. Default: customerUpdated. */
  name: z.optional(z.string()),
  /** Default: `id`. */
  form: z.optional(z.enum(NOTIFICATION_FORMS)),
  /** Default: `plain`. */
  envelope: z.optional(z.enum(NOTIFICATION_ENVELOPES)),
  /** Default: `plain`. */
  encoding: z.optional(z.enum(NOTIFICATION_ENCODINGS)),
});

export type NotificationOptions = z.output<typeof NotificationOptionsSchema>;

/** A notification, ready to be posted. */
export interface Notification {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
}

/** The notification that something about a customer has changed. */
export function notificationOf(customer: Customer, options: NotificationOptions = {}): Notification {
  const { name = 'customerUpdated', form = 'id', envelope = 'plain', encoding = 'plain' } = options;
  const event = { eventName: name, eventId: `simulated-${customer.id}`, data: FORMS[form](named(customer)) };
  const { headers, encode } = ENCODINGS[encoding];
  const body = encode(writeJson(ENVELOPES[envelope](event)));
  return { headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(body) };
}

function named({ id, document }: Customer): Named {
  const identifiers = identifiersOf(storeProfileOf(document));
  const first = (type: IdentifierName) => identifiers.find(({ name }) => name === type)?.value ?? '';
  const cardNumber = textOf(objectsOf(document.cardDetails)[0]?.cardNumber) ?? '';
  return { id, mobile: first('mobile'), email: first('email'), externalId: first('externalId'), cardNumber };
}

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table) as Name[];
}
