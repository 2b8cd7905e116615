/** The form of an error's name that holds no data: `ENOTFOUND`, `ERR_TLS_CERT_ALTNAME_INVALID`, `AccessDeniedException`. */
export const ERROR_NAME = /^[A-Za-z]\w{1,63}$/;
