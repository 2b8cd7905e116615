import * as z from 'zod/mini';
import type { CustomerDirectory } from '../customers/directory.ts';
import { describeIssues } from './control.ts';
import { NOTIFICATION_ENCODINGS, NOTIFICATION_ENVELOPES, NOTIFICATION_FORMS, notificationOf } from './notifications.ts';

const LOOPBACK = /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?\//;

/** A notification to send: the customer, the webhook, and one of the published forms, envelopes and encodings. */
const NotifySchema = z.strictObject({
  /** The webhook's address. It must be on this machine, because a secret goes with it. */
  to: z.string().check(z.regex(LOOPBACK, 'is not an http address on loopback')),
  /** The fixed header that the brand configures. Default: none. */
  authorization: z.optional(z.string()),
  /** The customer's id. */
  id: z.string(),
  name: z.optional(z.string()),
  form: z.optional(z.enum(NOTIFICATION_FORMS)),
  envelope: z.optional(z.enum(NOTIFICATION_ENVELOPES)),
  encoding: z.optional(z.enum(NOTIFICATION_ENCODINGS)),
});

export type NotifyCommand = z.input<typeof NotifySchema>;

/** The webhook's answer. */
export interface Notified {
  readonly status: number;
  readonly body: string;
}

/** Thrown if a command is wrong, or if its webhook cannot be reached: the message says how. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError';
}

/** Sends an event notification. @throws {NotifyError} @throws {DirectoryError} if there is no such customer */
export async function notify(directory: CustomerDirectory, input: unknown): Promise<Notified> {
  const parsed = NotifySchema.safeParse(input, { error: z.locales.en().localeError });
  if (!parsed.success) throw new NotifyError(describeIssues(parsed.error.issues));
  const { to, authorization, id, ...options } = parsed.data;
  const { headers, body } = notificationOf(directory.get(id), options);
  const secret = authorization === undefined ? {} : { authorization };
  const sent = fetch(to, { method: 'POST', redirect: 'manual', headers: { ...headers, ...secret }, body });
  const response = await sent.catch((error: unknown) => {
    throw new NotifyError('The webhook cannot be reached.', { cause: error });
  });
  return { status: response.status, body: await response.text() };
}
