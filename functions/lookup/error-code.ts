import type { Answer, PendingAnswer, ServedReply } from './lookup-result.ts';
import type { FailureKind } from './upstream.ts';

/** The machine code of a look-up that has no answer (contract §1). */
export type LookupErrorCode =
  | 'upstream_refused'
  | 'upstream_invalid'
  | 'upstream_unavailable'
  | 'upstream_timeout'
  | 'not_cached';

/** The error of a look-up that has no answer. It is the same in every form of reply. */
export interface LookupError {
  readonly code: LookupErrorCode;
  /** What was wrong and what to do. No personal data, no host. */
  readonly message: string;
  /** When to try again; undefined if waiting does not help. 1 to 60. */
  readonly retryAfterSeconds: number | undefined;
}

/** When to ask again for an answer that is pending. Seconds. */
export const PENDING_RETRY_AFTER_SECONDS = 1;

/** When to try again, if the upstream did not say. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;
const MAX_RETRY_AFTER_SECONDS = 60;

const BY_FAILURE: Readonly<Record<FailureKind, readonly [LookupErrorCode, string]>> = {
  connection: ['upstream_unavailable', 'The upstream cannot be reached. Try again later.'],
  'server-error': ['upstream_unavailable', 'The upstream fails. Try again later.'],
  throttled: ['upstream_unavailable', 'The upstream throttles. Try again later.'],
  'credentials-unreadable': ['upstream_unavailable', 'The upstream credentials cannot be read. Check the secret.'],
  'credentials-refused': ['upstream_invalid', 'The upstream refuses our credentials. Check the secret.'],
  invalid: ['upstream_invalid', "The upstream's reply is not what it should be. Check the upstream's address."],
  'breaker-open': [
    'upstream_unavailable',
    'The upstream failed again and again, so it is not asked now. Try again later.',
  ],
  'over-budget': [
    'upstream_unavailable',
    "This minute's calls to the upstream are used up. Try again in the next minute.",
  ],
  timeout: ['upstream_timeout', 'The upstream did not answer in time. Try again.'],
};

/** The error of a refusal without a readable error of the upstream. */
export const SILENT_REFUSAL: LookupError = {
  code: 'upstream_refused',
  message: 'The upstream refuses this look-up and does not say why. Check the identifier and the parameters.',
  retryAfterSeconds: undefined,
};

/** Whether the upstream refuses the look-up without a readable error, so there is no error to pass on. */
export function isSilentRefusal(reply: ServedReply): boolean {
  // Check the kind first, because reading the body of a hit unpacks it.
  return reply.kind === 'refused' && reply.body === '';
}

/** The error of an answer without a reply of the upstream. */
export function toLookupError(answer: Exclude<Answer, ServedReply | PendingAnswer>): LookupError {
  if (answer.kind === 'not-cached') {
    const message = 'The cache cannot answer, and only-if-cached forbids asking the upstream.';
    return { code: 'not_cached', message, retryAfterSeconds: undefined };
  }
  const [code, message] = BY_FAILURE[answer.failure];
  if (code !== 'upstream_unavailable') return { code, message, retryAfterSeconds: undefined };
  const seconds =
    answer.retryAfterMs === undefined ? DEFAULT_RETRY_AFTER_SECONDS : Math.ceil(answer.retryAfterMs / 1000);
  return { code, message, retryAfterSeconds: Math.min(Math.max(1, seconds), MAX_RETRY_AFTER_SECONDS) };
}
