/** The end of a wait. */
export interface Deadline {
  /** Milliseconds from now. */
  readonly timeoutMs: number;
  /** Ends it earlier. Default: it is not ended earlier. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of the work. If the deadline passes first: the result, or the error, of `late`. The work itself goes on. */
export async function beforeDeadline<T>(work: Promise<T>, deadline: Deadline, late: () => T): Promise<T> {
  const { timeoutMs, signal } = deadline;
  const passed = Promise.withResolvers<'passed'>();
  const pass = () => passed.resolve('passed');
  // This timer must not keep the process alive: the work does that, if it needs to.
  const timer = setTimeout(pass, timeoutMs).unref();
  signal?.addEventListener('abort', pass);
  if (signal?.aborted) pass();
  try {
    const first = await Promise.race([work.then((value) => ({ value })), passed.promise]);
    return first === 'passed' ? late() : first.value;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', pass);
  }
}
