/** The form of a name that holds no data: `ENOTFOUND`, `ERR_TLS_CERT_ALTNAME_INVALID`, `AccessDeniedException`. */
const NAME = /^[A-Za-z]\w{1,63}$/;

/**
 * The name that Node, TLS or AWS gives to what went wrong, such as `ENOTFOUND`, `CERT_HAS_EXPIRED` or
 * `AccessDeniedException`. Undefined: the error has no such name. An error without one may wrap another error.
 */
export function failureReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const name = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return name !== 'Error' && NAME.test(name) ? name : failureReason(error.cause);
}
