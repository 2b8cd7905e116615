import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether the webhook's `Authorization` is one of its secrets.
 *
 * It compares digests, so its time does not show the length of a secret or the first difference.
 */
export function isAuthorized(authorization: string | undefined, secrets: readonly string[]): boolean {
  const given = digest(authorization ?? '');
  return secrets.filter((secret) => timingSafeEqual(digest(secret), given)).length > 0;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
