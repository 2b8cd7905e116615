import { errorFacts } from '../adapters/telemetry/logger.ts';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import type { Json } from '../customer/json.ts';
import type { FirstReads } from '../lookup/customer-lookup.ts';
import type { LookupPurpose } from '../lookup/lookup-policy.ts';
import { lookupReport } from '../lookup/report.ts';
import type { LookupService } from '../lookup-service.ts';
import { fitAnswer, MAX_ANSWER_BYTES, mapConcurrently, plainSize, type SizeOf } from './batch.ts';
import type { LookupOutcome } from './outcome.ts';
import { type LookupPayload, readLookupPayload } from './payload.ts';
import { errorResult, toOutcome } from './result.ts';

/** An answer, and what the log says of it. */
export interface Answered<T> {
  readonly answer: T;
  readonly report: Readonly<Record<string, unknown>>;
}

/** The outcomes of a batch, in the order of its look-ups. */
export interface BatchAnswer {
  readonly results: readonly LookupOutcome<Json>[];
}

/** What a caller is told of a fault of our own; the log line of the same requestId says more. */
export const FAULT = 'Lookaside failed. Try again; if it fails again, report the requestId.';

/**
 * Answers one look-up.
 *
 * @throws {InvalidRequestError} when it is not allowed
 */
export async function answerLookup(
  service: LookupService,
  payload: unknown,
  purpose: LookupPurpose,
): Promise<Answered<LookupOutcome<Json>>> {
  const read = await readLookupPayload(payload, service.reading);
  return answer(service, read, { purpose });
}

export interface BatchOptions {
  readonly purpose: LookupPurpose;
  /** For look-ups that have no `cacheControl` of their own. Default: none. */
  readonly cacheControl?: string | undefined;
  /** What the answer's JSON takes in what is returned. Default: its own length. */
  readonly sizeOf?: SizeOf;
  /** How long look-ups are begun, those that need the upstream. Milliseconds. Default: until all are. */
  readonly beginWithinMs?: number;
}

/**
 * Answers a batch, each look-up by itself: a refusal, or a fault of our own, in one leaves the others alone. What they
 * need of the store first is read together; what they need of the upstream is fetched with bounded concurrency. When it
 * is too late to begin another look-up, what is left is answered from the cache, or told that it is too late.
 */
export async function answerBatch(
  service: LookupService,
  payloads: readonly unknown[],
  { purpose, cacheControl, sizeOf = plainSize, beginWithinMs = Number.POSITIVE_INFINITY }: BatchOptions,
): Promise<Answered<BatchAnswer>> {
  const startedAt = service.clock.monotonicNow();
  const readings = await Promise.all(
    payloads.map((payload) =>
      readLookupPayload(payload, service.reading, cacheControl).catch((error: unknown) => ({ error })),
    ),
  );
  const firstReads = service.readTogether(readings.flatMap((read) => ('asked' in read ? [read.asked] : [])));
  const answered = await mapConcurrently(readings, (read) =>
    refusalsAsOutcomes(async () => {
      if ('error' in read) throw read.error;
      const isTooLate = service.clock.monotonicNow() - startedAt > beginWithinMs;
      return isTooLate ? answerLate(service, read, firstReads) : answer(service, read, { purpose, firstReads });
    }).catch(faultAsOutcome),
  );
  return {
    answer: {
      results: fitAnswer(
        answered.map((each) => each.answer),
        MAX_ANSWER_BYTES,
        sizeOf,
      ),
    },
    report: { lookups: answered.map(({ report }) => report) },
  };
}

/** Answers what was not begun in time: what the cache cannot answer has timed out. */
async function answerLate(
  service: LookupService,
  read: LookupPayload,
  firstReads: FirstReads,
): Promise<Answered<LookupOutcome<Json>>> {
  const directives = { ...read.directives, onlyIfCached: true };
  const late = await answer(service, { ...read, directives }, { firstReads });
  const hasTimedOut =
    late.answer.kind === 'error' && late.answer.code === 'not_cached' && !read.directives.onlyIfCached;
  return hasTimedOut ? { ...late, answer: TOO_LATE } : late;
}

const TOO_LATE = errorResult(
  'upstream_timeout',
  'The batch took so long that this look-up was not begun. Ask for it again, with fewer others.',
);

async function answer(
  service: LookupService,
  { asked, directives }: LookupPayload,
  options: Parameters<LookupService['lookup']>[2],
): Promise<Answered<LookupOutcome<Json>>> {
  const result = await service.lookup(asked, directives, options);
  return {
    answer: toOutcome(result, asked.request.api, asked.fields),
    report: {
      api: asked.request.api,
      ...lookupReport(result),
      ...(options?.purpose === 'revalidate' && { purpose: 'revalidate' }),
    },
  };
}

/** A refusal of the caller's request is an outcome, not an error. */
export async function refusalsAsOutcomes<T>(
  run: () => Promise<Answered<T>>,
): Promise<Answered<T | LookupOutcome<Json>>> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return { answer: errorResult(error.code, error.message), report: { code: error.code } };
  }
}

function faultAsOutcome(error: unknown): Answered<LookupOutcome<Json>> {
  return {
    answer: errorResult('internal_error', FAULT),
    report: { code: 'internal_error', ...errorFacts(error) },
  };
}
