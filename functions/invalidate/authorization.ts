import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether the webhook's `Authorization` is one of its secrets.
 *
 * Compares digests, so that neither the length nor the first difference of a secret shows in the time it takes.
 */
export function isAuthorized(authorization: string | undefined, secrets: readonly string[]): boolean {
  const given = digest(authorization ?? '');
  return secrets.filter((secret) => timingSafeEqual(digest(secret), given)).length > 0;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
