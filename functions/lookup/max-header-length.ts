/** How much of a header is read: more than API Gateway accepts for all headers together. Characters. */
export const MAX_HEADER_LENGTH = 16_384;
