/**
 * The smallest reply that the gateway compresses, for a caller that accepts it. A smaller reply fits into one packet
 * anyway. The gateway does not change a reply with a `Content-Encoding`. Bytes.
 */
export const MIN_COMPRESSION_BYTES = 1024;
