import { randomUUID } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RunningFunctions } from './functions.ts';
import { toWireReply } from './gateway/proxy-reply.ts';
import type { WireReply } from './gateway/wire.ts';
import type { Invocation } from './lambda/local-function.ts';

/** The folders of event files: each is named for the function that its files are for. */
export const EVENT_FOLDERS = ['http', 'invoke', 'invalidate'] as const;
/** A folder of `events/`. */
export type EventFolder = (typeof EVENT_FOLDERS)[number];

/** The result of an event: a reply to a request through the gateway, or the answer of Lambda. */
export type EventOutcome =
  | { readonly kind: 'reply'; readonly reply: WireReply }
  | { readonly kind: 'invocation'; readonly invocation: Invocation };

/** The folder of an event file, which says which function it is for; undefined if it lies in none of them. */
export function eventFolderOf(file: string): EventFolder | undefined {
  const folder = basename(dirname(file));
  return EVENT_FOLDERS.find((candidate) => candidate === folder);
}

/** The text of a reply's body that a caller reads: unpacked if it is gzipped. */
export function textOf({ headers, body }: WireReply): string {
  const [coding] = [headers['Content-Encoding'] ?? []].flat();
  return String(coding === 'gzip' && body.length > 0 ? gunzipSync(body) : body);
}

/** Gives an event, as JSON text, to its function. */
export async function runEvent(
  functions: Pick<RunningFunctions, EventFolder>,
  folder: EventFolder,
  json: string,
): Promise<EventOutcome> {
  const invocation = await functions[folder].invoke(json, randomUUID());
  return folder === 'invoke' || invocation.isError
    ? { kind: 'invocation', invocation }
    : { kind: 'reply', reply: toWireReply(invocation.json) };
}
