import { errorFacts } from '../adapters/telemetry/logger.ts';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import type { Json } from '../customer/json.ts';
import type { LookupPurpose } from '../lookup/lookup.ts';
import { lookupReport } from '../lookup/report.ts';
import type { LookupService } from '../lookup-service.ts';
import { fitAnswer, MAX_ANSWER_BYTES, mapConcurrently } from './batch.ts';
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

/**
 * Answers a batch, each look-up by itself: a refusal, or a fault of our own, in one leaves the others alone. What they
 * need of the store first is read together; what they need of the upstream is fetched with bounded concurrency.
 *
 * @param cacheControl for look-ups that have none of their own
 */
export async function answerBatch(
  service: LookupService,
  payloads: readonly unknown[],
  purpose: LookupPurpose,
  cacheControl?: string,
): Promise<Answered<BatchAnswer>> {
  const readings = await Promise.all(
    payloads.map((payload) =>
      readLookupPayload(payload, service.reading, cacheControl).catch((error: unknown) => ({ error })),
    ),
  );
  const firstReads = service.readTogether(readings.flatMap((read) => ('asked' in read ? [read.asked] : [])));
  const answered = await mapConcurrently(readings, (read) =>
    refusalsAsOutcomes(async () => {
      if ('error' in read) throw read.error;
      return answer(service, read, { purpose, firstReads });
    }).catch(faultAsOutcome),
  );
  return {
    answer: {
      results: fitAnswer(
        answered.map((each) => each.answer),
        MAX_ANSWER_BYTES,
      ),
    },
    report: { lookups: answered.map(({ report }) => report) },
  };
}

async function answer(
  service: LookupService,
  { asked, directives }: LookupPayload,
  options: Parameters<LookupService['lookup']>[2],
): Promise<Answered<LookupOutcome<Json>>> {
  const result = await service.lookup(asked, directives, options);
  return {
    answer: toOutcome(result, asked.request.api, asked.fields),
    report: { ...lookupReport(result), ...(options?.purpose === 'revalidate' && { purpose: 'revalidate' }) },
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
