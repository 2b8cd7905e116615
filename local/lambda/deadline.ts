/** An end to somebody's patience. */
export interface Deadline {
  /** Milliseconds from now. */
  readonly timeoutMs: number;
  /** Ends it earlier. Default: nothing does. */
  readonly signal?: AbortSignal | undefined;
}

/** What the work gives or, when the deadline passes first, what `late` gives or throws. The work itself goes on. */
export async function beforeDeadline<T>(work: Promise<T>, deadline: Deadline, late: () => T): Promise<T> {
  const { timeoutMs, signal } = deadline;
  const passed = Promise.withResolvers<'passed'>();
  const pass = () => passed.resolve('passed');
  // Not a reason for the process to stay: whoever waits has others.
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
