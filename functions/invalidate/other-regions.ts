import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { RegionAnswer } from '../adapters/lambda/lambda-region.ts';
import type { Clock } from '../lookup/ports.ts';
import { problem, RETRY_AFTER_SECONDS } from '../rest/problem.ts';
import type { Reply } from '../rest/reply.ts';
import { requestIdOf } from '../rest/rest-event.ts';
import type { Endpoint } from '../rest/rest-handler.ts';
import { invalidationReply } from './invalidation-reply.ts';

/** The same function in another region, with its own cache. */
export interface OtherRegion {
  /** Such as `eu-west-1`. */
  readonly name: string;
  /**
   * Passes the request on, and waits for the answer.
   *
   * @param withinMs how long it may take
   * @throws if there is no answer in time, or the function failed
   */
  send(event: ForwardedEvent, withinMs: number): Promise<RegionAnswer>;
}

/**
 * A request that another region passed on. API Gateway makes its own events, and a caller cannot choose their members.
 * So only an identity that may invoke the function by IAM can set this mark.
 */
export type ForwardedEvent = APIGatewayProxyEvent & { readonly isFromOtherRegion: true };

/** How long all regions may take together: less than the gateway waits. Milliseconds. */
const WITHIN_MS = 28_000;

/**
 * An endpoint that acts here, and then in every other region. It acknowledges a request when all regions have acted. If
 * one region has not, it answers with an error. Then the caller, or Capillary, sends the request again. A repetition
 * does no harm.
 *
 * @param endpoint acts in this region
 */
export function inEveryRegion(endpoint: Endpoint, others: readonly OtherRegion[], clock: Clock): Endpoint {
  if (others.length === 0) return endpoint;
  return async (event) => {
    if ('isFromOtherRegion' in event) {
      const reply = await endpoint(event);
      return { ...reply, report: { ...reply.report, isFromOtherRegion: true } };
    }
    const endsAt = clock.monotonicNow() + WITHIN_MS;
    // This region acts first. If it refuses a request, for example because of a wrong secret, no other region gets it.
    const own = await endpoint(event);
    if (!isDone(own.status)) return own;
    const withinMs = endsAt - clock.monotonicNow();
    const answers = await Promise.all(others.map((other) => ask(other, event, withinMs)));
    const report = { ...own.report, regions: others.length };
    const failedRegions = answers.flatMap(({ failure }) => failure ?? []);
    // An event that names no customer is done, also if a region did not get it (contract §1).
    const isDoneHere = own.report.isEventUnread === true;
    if (failedRegions.length > 0 && !isDoneHere) return notEverywhere(event, { ...report, failedRegions });
    return { ...invalidationReply(sumOf(own, answers), report), headers: own.headers };
  };
}

interface Asked {
  /** The region's name and its problem. Undefined: the region has acted. */
  readonly failure?: string;
  readonly body?: string;
}

async function ask(other: OtherRegion, event: APIGatewayProxyEvent, withinMs: number): Promise<Asked> {
  if (withinMs <= 0) return { failure: `${other.name}: no time left` };
  try {
    const { statusCode, body } = await other.send({ ...event, isFromOtherRegion: true }, withinMs);
    return isDone(statusCode) ? { body } : { failure: `${other.name}: ${statusCode}` };
  } catch (error) {
    // The error's message may hold the request.
    return { failure: `${other.name}: ${error instanceof Error ? error.name : 'unknown'}` };
  }
}

const isDone = (status: number): boolean => status === 200 || status === 204;

/** The sum of the numbers of all regions. Undefined: the reply has no body. */
function sumOf(own: Reply, answers: readonly Asked[]): Readonly<Record<string, number>> | undefined {
  if (own.body === '') return undefined;
  const all = [String(own.body), ...answers.map(({ body }) => body ?? '{}')].map(
    (body) => JSON.parse(body) as Readonly<Record<string, number>>,
  );
  const names = Object.keys(all[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, all.reduce((sum, each) => sum + (each[name] ?? 0), 0)]));
}

/** Capillary sends an event again after 429; an administrator repeats a purge after 503. */
function notEverywhere(event: APIGatewayProxyEvent, report: Reply['report']): Reply {
  const code = event.httpMethod === 'POST' ? 'too_many_requests' : 'store_unavailable';
  const detail = 'Not every region has acted on this request. Send it again: each region continues where it stopped.';
  const reply = problem(code, detail, requestIdOf(event), { 'Retry-After': String(RETRY_AFTER_SECONDS) });
  return { ...reply, report: { ...reply.report, ...report } };
}
