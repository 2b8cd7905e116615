import { MAX_HEADER_LENGTH } from '../lookup/max-header-length.ts';

const TAG = /(?:W\/)?"[^"]*"/g;

/**
 * Whether `If-None-Match` does not name the tag, by weak comparison (RFC 9110 §13.1.2). `*` stands for any tag, even on
 * one of several lines. A header longer than 16,384 characters names no tag.
 */
export function isNoneMatch(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined || ifNoneMatch.length > MAX_HEADER_LENGTH) return true;
  const others = ifNoneMatch.replace(TAG, '').split(',');
  if (others.some((other) => other.trim() === '*')) return false;
  const tags = ifNoneMatch.match(TAG) ?? [];
  return !tags.some((tag) => tag.replace(/^W\//, '') === entityTag);
}
