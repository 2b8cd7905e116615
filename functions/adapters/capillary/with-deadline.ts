/**
 * The promise's outcome, unless the deadline passes first. After that the promise's outcome has no effect, even if it
 * is a failure.
 * @throws the deadline's reason, if it passes first or has passed already
 */
export function withDeadline<T>(promise: Promise<T>, deadline: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const pass = () => reject(deadline.reason);
    deadline.addEventListener('abort', pass, { once: true });
    // This comes first: a failing promise without a handler ends the process.
    promise.then(resolve, reject).finally(() => deadline.removeEventListener('abort', pass));
    if (deadline.aborted) pass();
  });
}
