/** The result of `within` if no answer came in time. */
export const TOO_LATE: unique symbol = Symbol('too late');

/**
 * Runs work that is given up at a deadline, or when the caller gives up.
 *
 * @param deadlineMs milliseconds from now
 * @param caller the caller's own signal
 * @param work gets a signal that says when its result is no longer needed
 * @returns the result of the work; `TOO_LATE` if the deadline passed first
 * @throws the reason of the caller's signal, as soon as it is aborted; or the error of the work
 */
export async function within<T>(
  deadlineMs: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | typeof TOO_LATE> {
  caller?.throwIfAborted();
  const controller = new AbortController();
  let giveUp = (): void => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const givenUp = new Promise<typeof TOO_LATE>((resolve, reject) => {
    giveUp = () => reject(caller?.reason);
    timer = setTimeout(() => resolve(TOO_LATE), deadlineMs);
  });
  caller?.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([givenUp, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', giveUp);
    // Work that is still in progress ends here.
    controller.abort();
  }
}
