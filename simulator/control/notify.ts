import * as z from 'zod/mini';
import { ControlError } from '../control-error.ts';
import type { CustomerDirectory } from '../customers/directory.ts';
import { NotificationOptionsSchema, notificationOf } from './notifications.ts';
import { checked } from './read-command.ts';

const LOOPBACK = /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?\//;

/** A notification to send: the customer, the webhook, and one of the published forms, envelopes and encodings. */
const NotifySchema = z.extend(NotificationOptionsSchema, {
  /** The webhook's address. It must be on this machine, because a secret goes with it. */
  to: z.string().check(z.regex(LOOPBACK, 'is not an http address on loopback')),
  /** The fixed header that the brand configures. Default: none. */
  authorization: z.optional(z.string()),
  /** The customer's id. */
  id: z.string(),
});

export type NotifyCommand = z.input<typeof NotifySchema>;

/** The webhook's answer. */
export interface Notified {
  readonly status: number;
  readonly body: string;
}

/** Sends an event notification. @throws {ControlError} if the command is wrong, or its webhook cannot be reached */
export async function notify(directory: CustomerDirectory, input: unknown): Promise<Notified> {
  const { to, authorization, id, ...options } = checked(NotifySchema, input);
  const { headers, body } = notificationOf(directory.get(id), options);
  const secret = authorization === undefined ? {} : { authorization };
  const sent = fetch(to, { method: 'POST', redirect: 'manual', headers: { ...headers, ...secret }, body });
  const response = await sent.catch((error: unknown) => {
    throw new ControlError('The webhook cannot be reached.', { cause: error });
  });
  return { status: response.status, body: await response.text() };
}
