import type { CanonicalRequest } from '../../customer/request/canonical-request.ts';
import type { FailureKind, UpstreamOutcome } from '../../lookup/upstream.ts';
import type { Verdict } from './circuit-breaker.ts';

/** The failures that show trouble of the upstream itself. */
const FAILURES_OF_THE_UPSTREAM: readonly FailureKind[] = ['connection', 'timeout', 'server-error'];

/**
 * What an outcome says about the upstream, for the breaker. The first row that fits counts (contract §3).
 *
 * | the outcome | verdict |
 * |---|---|
 * | an answer: found, not found, erased, refused | well |
 * | any failure with a status 4xx (429 too) | unknown: it is about this request |
 * | connection, timeout, server-error | failed |
 * | invalid | invalid of this customer |
 * | credentials, a pause | unknown |
 *
 * @param status the reply's status; undefined if there was no reply
 */
export function verdictOf(outcome: UpstreamOutcome, status: number | undefined, request: CanonicalRequest): Verdict {
  if (outcome.kind !== 'failed') return 'well';
  if (status !== undefined && status >= 400 && status < 500) return 'unknown';
  if (FAILURES_OF_THE_UPSTREAM.includes(outcome.failure)) return 'failed';
  return outcome.failure === 'invalid' ? { invalidOf: customerOf(request) } : 'unknown';
}

/** The customer that a request is about, as one text. It stays in this process's memory. */
function customerOf({ subject, subjectParameters }: CanonicalRequest): string {
  return JSON.stringify(subject ?? subjectParameters);
}
