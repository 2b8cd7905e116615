const TAG = /(?:W\/)?"[^"]*"/g;

/** The part of a header that is read: more than API Gateway accepts for all headers together. Characters. */
const MAX_LENGTH = 16_384;

/**
 * Whether `If-None-Match` does not name the tag, by weak comparison (RFC 9110 §13.1.2). `*` stands for any tag, also on
 * one of several lines. A header longer than 16,384 characters names no tag.
 */
export function isNoneMatch(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined || ifNoneMatch.length > MAX_LENGTH) return true;
  const others = ifNoneMatch.replace(TAG, '').split(',');
  if (others.some((other) => other.trim() === '*')) return false;
  const tags = ifNoneMatch.match(TAG) ?? [];
  return !tags.some((tag) => tag.replace(/^W\//, '') === entityTag);
}
