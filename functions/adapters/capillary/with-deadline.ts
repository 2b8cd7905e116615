/**
 * The promise's outcome, unless the deadline passes first. The promise is then left to itself: what it does later, also
 * when it fails, surfaces nowhere.
 *
 * @throws the deadline's reason when it passes first, or has passed already
 */
export function withDeadline<T>(promise: Promise<T>, deadline: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const pass = () => reject(deadline.reason);
    deadline.addEventListener('abort', pass, { once: true });
    // Before anything else: a promise without a handler that fails ends the process.
    promise.then(resolve, reject).finally(() => deadline.removeEventListener('abort', pass));
    if (deadline.aborted) pass();
  });
}
