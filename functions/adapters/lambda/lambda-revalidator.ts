import type { CanonicalRequest } from '../../customer/request/canonical-request.ts';
import { respell } from '../../customer/request/respelling.ts';
import type { RevalidateOptions, Revalidator } from '../../lookup/ports.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';

/** How long asking for a revalidation may delay an answer. Milliseconds. */
export const TIMEOUT_MS = 200;

/**
 * Invokes a function asynchronously, and returns the status of Lambda's answer. It makes one attempt, and repeats it on
 * a new connection if the kept-alive one is dead.
 */
export type InvokeEvent = (functionName: string, payload: string, signal: AbortSignal) => Promise<number | undefined>;

/**
 * Asks for a revalidation by invoking a function asynchronously. The event is a look-up that any caller could send,
 * with `min-fresh=0`. For a prefetch it also has `prefetch`, so that the entry is marked as prefetched. For an audit it
 * has the hit. Duplicate and late events are harmless, so the event is sent once more if its kept-alive connection is
 * dead.
 */
export class LambdaRevalidator implements Revalidator {
  readonly #functionName: string;
  readonly #invoke: InvokeEvent;
  readonly #timeoutMs: number;

  /**
   * @param functionName the name or ARN of the function that revalidates
   * @param invoke the call to Lambda
   * @param timeoutMs how long the call may delay an answer. Milliseconds. Default: 200
   */
  constructor(functionName: string, invoke: InvokeEvent, timeoutMs = TIMEOUT_MS) {
    this.#functionName = functionName;
    this.#invoke = invoke;
    this.#timeoutMs = timeoutMs;
  }

  async revalidate(
    request: CanonicalRequest,
    { isForPrefetch, audit }: RevalidateOptions = { isForPrefetch: false },
  ): Promise<boolean> {
    const { api, language } = request;
    const payload = {
      api,
      ...Object.fromEntries(respell(request)),
      language,
      cacheControl: 'min-fresh=0',
      ...(isForPrefetch && { prefetch: true }),
      audit,
    };
    // If something fails, the answer is still available. Lambda answers 202 when it has queued the event. A proxy may
    // answer 200.
    const deadline = new FreeTimeDeadline(this.#timeoutMs);
    return this.#invoke(this.#functionName, JSON.stringify(payload), deadline.signal)
      .then(
        (status) => status === 202,
        () => false,
      )
      .finally(() => deadline.clear());
  }
}
