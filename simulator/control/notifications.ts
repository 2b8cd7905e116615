import { gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { type JsonObject, objectsOf, rawNumber, writeJson } from '../../functions/customer/json/json.ts';
import { ControlError } from '../control-error.ts';
import { type Customer, identifiersOf, storeProfileOf } from '../customers/customer.ts';
import type { CustomerDirectory } from '../customers/directory.ts';
import { fill, readDocument } from '../template.ts';
import { checked } from './read-command.ts';

/** Event notifications as the upstream sends them: every published way to name a customer, in every envelope ([P], §5). */
const DATA = readDocument(new URL('data/notifications.json.txt', import.meta.url)) as {
  /** How a notification names the customer: the content of its `data`. Tier events write the id with a decimal point. */
  readonly forms: JsonObject;
  /** The envelopes around the name and the data. */
  readonly envelopes: JsonObject;
};

/** How the body is written. */
const ENCODINGS = {
  plain: { headers: {}, encode: (text: string) => Buffer.from(text) },
  'byte-order-mark': { headers: {}, encode: (text: string) => Buffer.from(`\uFEFF${text}`) },
  gzip: { headers: { 'content-encoding': 'gzip' }, encode: (text: string) => gzipSync(text) },
} as const;

/** The forms of the events' data. */
export const NOTIFICATION_FORMS = Object.keys(DATA.forms);
/** The envelopes of events. */
export const NOTIFICATION_ENVELOPES = Object.keys(DATA.envelopes);
/** The encodings of events. */
export const NOTIFICATION_ENCODINGS = Object.keys(ENCODINGS) as (keyof typeof ENCODINGS)[];

const LOOPBACK = /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?\//;

/** A notification to send. */
const NotifySchema = z.strictObject({
  /** The customer's id. */
  id: z.string(),
  /** The webhook's address. It must be on this machine, because a secret goes with it. */
  to: z.string().check(z.regex(LOOPBACK, 'is not an http address on loopback')),
  /** The fixed header that the brand configures. Default: none. */
  authorization: z.optional(z.string()),
  /** The event's name. Default: customerUpdated. */
  name: z.optional(z.string()),
  /** Default: `id`. */
  form: z.optional(z.enum(NOTIFICATION_FORMS)),
  /** Default: `plain`. */
  envelope: z.optional(z.enum(NOTIFICATION_ENVELOPES)),
  /** Default: `plain`. */
  encoding: z.optional(z.enum(NOTIFICATION_ENCODINGS)),
});

/** A notification to send, with all its defaults. */
export type NotifyCommand = z.output<typeof NotifySchema>;
/** What a notification is made of. */
export type NotificationOptions = Pick<NotifyCommand, 'name' | 'form' | 'envelope' | 'encoding'>;

/**
 * Sends an event notification, and gives the webhook's answer.
 *
 * @throws {ControlError} if the command is wrong, or its webhook cannot be reached
 */
export async function notify(directory: CustomerDirectory, input: unknown) {
  const { to, authorization, id, ...options } = checked(NotifySchema, input);
  const { headers, body } = notificationOf(directory.get(id), options);
  const secret = authorization === undefined ? {} : { authorization };
  const sent = fetch(to, { method: 'POST', redirect: 'manual', headers: { ...headers, ...secret }, body });
  const response = await sent.catch((error: unknown) => {
    throw new ControlError('The webhook cannot be reached.', { cause: error });
  });
  return { status: response.status, body: await response.text() };
}

/** The notification that something about a customer has changed: the headers and the body of its request. */
export function notificationOf(customer: Customer, options: NotificationOptions) {
  const { name: eventName = 'customerUpdated', form = 'id', envelope = 'plain', encoding = 'plain' } = options;
  const data = fill(DATA.forms[form] ?? null, namesOf(customer)) ?? null;
  const event = { eventName, eventId: `simulated-${customer.id}`, data };
  const values = { ...event, event, eventAsText: writeJson(event) };
  const { headers, encode } = ENCODINGS[encoding];
  const body = encode(writeJson(fill(DATA.envelopes[envelope] ?? null, values) ?? null));
  return { headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(body) };
}

/**
 * The facts that name a customer in a notification: the id, the identifiers in the store's profile, and the first card.
 */
function namesOf({ id, document }: Customer) {
  const identifiers = identifiersOf(storeProfileOf(document)).toReversed();
  const { mobile = '', ...others } = Object.fromEntries(identifiers.map(({ name, value }) => [name, value]));
  return {
    email: '',
    externalId: '',
    mobile,
    ...others,
    ...(mobile === '' ? {} : { mobileAsNumber: rawNumber(mobile) }),
    id: rawNumber(id),
    idAsText: id,
    idWithDecimalPoint: rawNumber(`${id}.0`),
    cardNumber: objectsOf(document.cardDetails)[0]?.cardNumber ?? '',
  };
}
