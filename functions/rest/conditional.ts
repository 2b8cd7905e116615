import { MAX_HEADER_LENGTH } from '../lookup/max-header-length.ts';

/** A member of the list. `w/` in lower case belongs to its member too, although that member is not a tag then. */
const MEMBER = /(?:W\/)?"[^"]*"/gi;

/**
 * Whether `If-None-Match` does not name the tag, by weak comparison (RFC 9110 §13.1.2). `*` stands for any tag, even on
 * one of several lines. `W/` is case-sensitive (§8.8.3). A header longer than 16,384 characters names no tag.
 */
export function isNoneMatch(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined || ifNoneMatch.length > MAX_HEADER_LENGTH) return true;
  const others = ifNoneMatch.replace(MEMBER, '').split(',');
  if (others.some((other) => other.trim() === '*')) return false;
  const members = ifNoneMatch.match(MEMBER) ?? [];
  return !members.some((member) => member.replace(/^W\//, '') === entityTag);
}
