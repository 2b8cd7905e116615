import { errorFacts } from '../adapters/telemetry/logger.ts';
import type { Json } from '../customer/json/json.ts';
import type { AskedLookup } from '../customer/request/canonical-request.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import { FAULT_MESSAGE } from '../fault-message.ts';
import type { FirstReads } from '../lookup/customer-lookup.ts';
import type { LookupPurpose } from '../lookup/lookup-policy.ts';
import type { LookupResult } from '../lookup/lookup-result.ts';
import { lookupReport } from '../lookup/report.ts';
import type { LookupService } from '../lookup-service.ts';
import { fitAnswer, mapConcurrently } from './batch.ts';
import { type LookupPayload, readLookupPayload } from './lookup-payload.ts';
import type { ErrorResult, LookupOutcome } from './outcome.ts';
import { errorResult, toOutcome } from './result.ts';
import type { ResultForm } from './result-form.ts';

/** An answer, with its facts for the log. */
export interface Answered<T> {
  readonly answer: T;
  readonly report: Readonly<Record<string, unknown>>;
}

/**
 * Answers one look-up.
 *
 * @throws {InvalidRequestError} if it is not allowed
 */
export async function answerLookup(
  service: LookupService,
  payload: unknown,
  purpose: LookupPurpose,
): Promise<Answered<LookupOutcome<Json>>> {
  const read = await readLookupPayload(payload, service.reading);
  const { result, report } = await lookUp(service, read, { ...purposeOf(read, purpose), waitMs: read.waitMs });
  return { answer: toOutcome(result, read.asked.request.api, read.asked.fields), report };
}

/** What holds for all look-ups of a batch. */
export interface BatchOptions {
  readonly purpose: LookupPurpose;
  /** For look-ups without their own `cacheControl`. Default: none. */
  readonly cacheControl?: string | undefined;
  /** Narrows each look-up to the sections that its caller may ask for, or throws. Default: every look-up is allowed. */
  readonly admit?: ((asked: AskedLookup) => AskedLookup) | undefined;
  /** For look-ups without their own `waitMs`. Milliseconds. Default: the caller waits for the whole look-up. */
  readonly waitMs?: number | undefined;
  /** For look-ups without `prefetch`. Default: they are not prefetches. */
  readonly isPrefetch?: boolean | undefined;
  /** For how long the batch begins look-ups that need the upstream. Milliseconds. Default: until all have begun. */
  readonly beginWithinMs?: number;
}

/**
 * Answers a batch, each look-up by itself: a refusal, or a fault of our own, in one does not affect the others. It
 * makes the first reads of the store together, and asks the upstream with bounded concurrency. If it is too late to
 * begin another look-up, the cache answers the rest, or they time out.
 *
 * @param form the form of the results
 * @returns the results in the order of the look-ups, if they fit into one answer
 */
export async function answerBatch<R>(
  service: LookupService,
  payloads: readonly unknown[],
  form: ResultForm<R>,
  {
    purpose,
    cacheControl,
    waitMs,
    isPrefetch,
    admit = (asked) => asked,
    beginWithinMs = Number.POSITIVE_INFINITY,
  }: BatchOptions,
): Promise<Answered<readonly R[]>> {
  const startedAt = service.clock.monotonicNow();
  const readings = await Promise.all(
    payloads.map((payload) =>
      readLookupPayload(payload, service.reading, { cacheControl, waitMs, isPrefetch })
        .then((read) => ({ ...read, asked: admit(read.asked) }))
        .catch((error: unknown) => ({ error })),
    ),
  );
  const firstReads = service.readTogether(readings.flatMap((read) => ('asked' in read ? [read.asked] : [])));
  const answerOne = async (read: (typeof readings)[number]): Promise<Answered<R>> => {
    if ('error' in read) throw read.error;
    const tookMs = service.clock.monotonicNow() - startedAt;
    // The caller waits for the whole batch, so the time of the other look-ups counts too.
    const wishes = {
      ...purposeOf(read, purpose),
      firstReads,
      waitMs: read.waitMs && Math.max(0, read.waitMs - tookMs),
    };
    const isTooLate = tookMs > beginWithinMs;
    return isTooLate
      ? answerLate(service, read, { firstReads, startedAt }, form)
      : answerInForm(form, read, await lookUp(service, read, wishes));
  };
  const answered = await mapConcurrently(readings, (read) =>
    answerOne(read).catch((error: unknown) => {
      const { answer, report } = failureAsOutcome(error);
      return { answer: form.ofError(answer), report };
    }),
  );
  const results = answered.map(({ answer }) => answer);
  return { answer: fitAnswer(results, form), report: { lookups: answered.map(({ report }) => report) } };
}

/**
 * Answers a look-up that did not begin in time: if the cache cannot answer it, it has timed out. Its time counts from the
 * start of the batch. Otherwise each late look-up would wait for a store that throttles, as long as a lease lasts.
 */
async function answerLate<R>(
  service: LookupService,
  read: LookupPayload,
  ofBatch: { readonly firstReads: FirstReads; readonly startedAt: number },
  form: ResultForm<R>,
): Promise<Answered<R>> {
  const directives = { ...read.directives, onlyIfCached: true };
  const looked = await lookUp(service, { ...read, directives }, { ...purposeOf(read, 'answer'), ...ofBatch });
  const hasTimedOut = looked.result.answer.kind === 'not-cached' && !read.directives.onlyIfCached;
  return hasTimedOut ? { answer: form.ofError(TOO_LATE), report: looked.report } : answerInForm(form, read, looked);
}

const TOO_LATE = errorResult(
  'upstream_timeout',
  'The batch took so long that this look-up did not begin. Ask for it again, with fewer others.',
);

/** A completed look-up, with its facts for the log. */
interface LookedUp {
  readonly result: LookupResult;
  readonly report: Readonly<Record<string, unknown>>;
}

async function lookUp(
  service: LookupService,
  { asked, directives }: LookupPayload,
  options: Parameters<LookupService['lookup']>[2],
): Promise<LookedUp> {
  const waitMs = options?.waitMs && Math.min(options.waitMs, service.deadlineMs);
  const result = await service.lookup(asked, directives, { ...options, waitMs });
  return {
    result,
    report: {
      api: asked.request.api,
      ...lookupReport(result),
      ...(options?.purpose === 'revalidate' && { purpose: 'revalidate' }),
    },
  };
}

/** The purpose of a look-up. In the function that revalidates, a prefetch is the reason of its revalidation. */
function purposeOf({ isPrefetch }: LookupPayload, purpose: LookupPurpose) {
  if (!isPrefetch) return { purpose };
  return purpose === 'revalidate' ? { purpose, isForPrefetch: true } : { purpose: 'prefetch' as const };
}

function answerInForm<R>(form: ResultForm<R>, { asked }: LookupPayload, { result, report }: LookedUp): Answered<R> {
  return { answer: form.of(result, asked.request.api, asked.fields), report };
}

/** A refusal of the caller's request is an outcome, not an error. */
export async function refusalsAsOutcomes<T>(run: () => Promise<Answered<T>>): Promise<Answered<T | ErrorResult>> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return refusalAsOutcome(error);
  }
}

function refusalAsOutcome({ code, message }: InvalidRequestError): Answered<ErrorResult> {
  return { answer: errorResult(code, message), report: { code } };
}

function failureAsOutcome(error: unknown): Answered<ErrorResult> {
  if (error instanceof InvalidRequestError) return refusalAsOutcome(error);
  return {
    answer: errorResult('internal_error', FAULT_MESSAGE),
    report: { code: 'internal_error', ...errorFacts(error) },
  };
}
