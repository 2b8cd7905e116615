/**
 * From which size on the gateway compresses a reply, for a caller that accepts it. Below that, a reply fits one packet
 * anyway. A reply with a `Content-Encoding` is left as it is. Bytes.
 */
export const MIN_COMPRESSION_BYTES = 1024;
