/** Why the local service cannot start, in words for whoever started it; no fault of the program's own. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
