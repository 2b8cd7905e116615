/** The reason why the local service cannot start, in words for the user. It is not a bug of the program. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
