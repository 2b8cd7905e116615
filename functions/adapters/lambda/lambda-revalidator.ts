import type { CanonicalRequest } from '../../customer/request/canonical-request.ts';
import { respell } from '../../customer/request/respelling.ts';
import type { RevalidateOptions, Revalidator } from '../../lookup/ports.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';

/** How long asking for a revalidation may hold an answer up. Milliseconds. */
export const TIMEOUT_MS = 200;

/**
 * Invokes a function asynchronously, and says with which status Lambda answered. It makes one attempt, and repeats it on a new
 * connection if the kept-alive one turns out to be dead.
 */
export type InvokeEvent = (functionName: string, payload: string, signal: AbortSignal) => Promise<number | undefined>;

/**
 * Asks for a revalidation by invoking a function asynchronously: the look-up as any caller would send it, with
 * `min-fresh=0`; for a prefetch with `prefetch` too, so that the entry says so; with the hit that is audited, if one is. Duplicate and late events are harmless, so the
 * event is sent once more when its kept-alive connection turns out to be dead.
 */
export class LambdaRevalidator implements Revalidator {
  readonly #functionName: string;
  readonly #invoke: InvokeEvent;

  /**
   * @param functionName the name or ARN of the function that revalidates
   * @param invoke how Lambda is asked
   */
  constructor(functionName: string, invoke: InvokeEvent) {
    this.#functionName = functionName;
    this.#invoke = invoke;
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
    // Whatever goes wrong, the answer is at hand. Lambda says 202 once it has queued the event; a proxy may say 200.
    const deadline = new FreeTimeDeadline(TIMEOUT_MS);
    return this.#invoke(this.#functionName, JSON.stringify(payload), deadline.signal)
      .then(
        (status) => status === 202,
        () => false,
      )
      .finally(() => deadline.clear());
  }
}
