/**
 * Loads something when it is first needed, once for all callers. If it fails, the next caller loads again: one failure
 * of the file system must not make every later look-up of the instance fail.
 */
export function lazily<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
