import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Guard } from '../lookup/guard/guard.ts';
import type { LookupResult } from '../lookup/lookup-result.ts';
import type { Clock } from '../lookup/ports.ts';
import type { CallerNames } from '../rest/caller.ts';
import { problem } from '../rest/problem.ts';
import type { Reply } from '../rest/reply.ts';
import { requestIdOf } from '../rest/rest-event.ts';

/** Completed look-ups, and the reply to them. */
export interface Answered {
  readonly reply: Reply;
  readonly results: readonly LookupResult[];
}

/** The guard of a function, and the names that it counts callers by. */
export interface Guarding {
  /** Undefined: the service refuses no caller. */
  readonly guard: Guard | undefined;
  readonly names: CallerNames;
}

/** The guard, and the time that the caller has. */
export interface GuardedOptions extends Guarding {
  readonly clock: Pick<Clock, 'monotonicNow'>;
  /** The time from now until there must be a reply. Milliseconds. */
  readonly withinMs: number;
}

/**
 * Makes look-ups for a caller, unless the guard refuses the caller. If the guard begins to refuse the caller because of
 * these look-ups, the caller does not get their reply.
 */
export async function guarded(
  { guard, names, clock, withinMs }: GuardedOptions,
  event: APIGatewayProxyEvent,
  answer: () => Promise<Answered>,
): Promise<Reply> {
  const caller = guard && names.counted(event);
  if (guard === undefined || caller === undefined) return (await answer()).reply;
  const refusedForMs = guard.refusedForMs(caller);
  if (refusedForMs !== undefined) return refusal(event, refusedForMs);
  const startedAt = clock.monotonicNow();
  const { reply, results } = await answer();
  const leftMs = withinMs - (clock.monotonicNow() - startedAt);
  const refusedFromNowMs = await guard.counted(caller, results, leftMs);
  return refusedFromNowMs === undefined ? reply : inPlaceOf(reply, refusal(event, refusedFromNowMs));
}

const DETAIL =
  'Too many look-ups of this caller found no customer. Ask again when Retry-After has passed. ' +
  'If this caller needs so many such look-ups, raise GUARD_NOT_FOUND_LIMIT.';

function refusal(event: APIGatewayProxyEvent, forMs: number): Reply {
  const headers = { 'Retry-After': String(Math.ceil(forMs / 1000)) };
  const reply = problem('too_many_requests', DETAIL, requestIdOf(event), headers);
  return { ...reply, report: { ...reply.report, isGuarded: true } };
}

/**
 * The refusal in place of a reply. The service has made the look-ups, so the upstream's id of the request and the facts
 * of the look-ups stay.
 */
function inPlaceOf(reply: Reply, refused: Reply): Reply {
  const { 'X-Cap-RequestID': requestId } = reply.headers;
  return {
    ...refused,
    headers: { ...refused.headers, ...(requestId !== undefined && { 'X-Cap-RequestID': requestId }) },
    report: { ...reply.report, ...refused.report },
  };
}
