import type { APIGatewayProxyEvent } from 'aws-lambda';
import { answerBatch } from '../batch/answers.ts';
import { readBatchPayload } from '../batch/invoke-payload.ts';
import type { Caller } from '../callers/callers.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import type { LookupResult } from '../lookup/lookup-result.ts';
import { readPreferences } from '../lookup/preferences.ts';
import type { LookupService } from '../lookup-service.ts';
import { type BodyText, MAX_UNPACKED_BYTES, readText } from '../rest/body.ts';
import { unusedCacheStatus } from '../rest/cache-status.ts';
import { problem } from '../rest/problem.ts';
import type { ProblemCode } from '../rest/problem-code.ts';
import type { Reply } from '../rest/reply.ts';
import { header, requestIdOf } from '../rest/rest-event.ts';
import { type Answered, type Guarding, guarded } from './guarded.ts';
import { AS_TEXT } from './written-results.ts';

/**
 * API Gateway waits 29 s for a function. This is less, because a cold start and the answer's way back take time too.
 * Milliseconds.
 */
const GATEWAY_PATIENCE_MS = 27_000;
/** In this first time look-ups always begin, even if one may take too long. Milliseconds. */
const MIN_BEGIN_MS = 1000;

/**
 * Answers a batch: the results of a direct invocation, each look-up by itself. The request's `Cache-Control` counts for
 * look-ups without their own `cacheControl`, and its `Prefer` for look-ups without `waitMs` and `prefetch`.
 */
export async function lookUpAll(
  service: LookupService,
  event: APIGatewayProxyEvent,
  caller: Caller | undefined,
  guarding: Guarding,
): Promise<Reply> {
  const body = readText(event);
  if (body.kind !== 'text') return problem(...REFUSALS[body.kind], requestIdOf(event));
  const lookups = readBatchPayload(parse(body.text));
  caller?.admitBatch(lookups.length);
  const options = { ...guarding, clock: service.clock, withinMs: GATEWAY_PATIENCE_MS };
  return guarded(options, event, () => answerAll(service, event, lookups, caller));
}

async function answerAll(
  service: LookupService,
  event: APIGatewayProxyEvent,
  lookups: readonly unknown[],
  caller: Caller | undefined,
): Promise<Answered> {
  const results: LookupResult[] = [];
  const lookup: LookupService['lookup'] = async (...given) => {
    const result = await service.lookup(...given);
    results.push(result);
    return result;
  };
  const given = (name: string) => header(event, name) ?? caller?.headers[name];
  const preferences = readPreferences(given('prefer'), service.deadlineMs);
  const { answer, report } = await answerBatch({ ...service, lookup }, lookups, AS_TEXT, {
    purpose: 'answer',
    cacheControl: given('cache-control'),
    waitMs: preferences.waitMs,
    isPrefetch: preferences.isPrefetch,
    admit: caller?.admit,
    // A look-up that begins by then ends before the gateway gives up.
    beginWithinMs: Math.max(GATEWAY_PATIENCE_MS - service.deadlineMs, MIN_BEGIN_MS),
  });
  const reply = {
    status: 200,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Status': unusedCacheStatus('batch'),
      ...(isPending(report) && preferences.applied !== undefined && { 'Preference-Applied': preferences.applied }),
    },
    body: `{"results":[${answer.join(',')}]}`,
    report: caller === undefined ? report : { ...report, callerClass: caller.className },
  };
  return { reply, results };
}

/** Whether one of the look-ups is pending. */
function isPending({ lookups }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(lookups) && lookups.some(({ answer }) => answer === 'pending');
}

/** The refusals of a body that cannot be read as text. */
const REFUSALS: Readonly<Record<Exclude<BodyText['kind'], 'text'>, readonly [ProblemCode, string]>> = {
  unreadable: [
    'invalid_parameter',
    'The body is not UTF-8, or not what its Content-Encoding says; send JSON in UTF-8.',
  ],
  'too-large': [
    'too_large',
    `The body is over ${MAX_UNPACKED_BYTES} bytes when it is unpacked; ask for fewer at once.`,
  ],
  'unknown-coding': ['invalid_parameter', 'The Content-Encoding is not known; allowed is gzip, or none.'],
};

/** @throws {InvalidRequestError} if it is not JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidRequestError('invalid_parameter', 'The body is not JSON in UTF-8; allowed is {"lookups":[…]}.');
  }
}
