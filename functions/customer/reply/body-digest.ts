import { hash } from 'node:crypto';

/**
 * Names a body: the same text always has the same name. The name has 132 bits, so that no other text has it: 22
 * characters of base64url.
 */
export function bodyDigest(body: string): string {
  return hash('sha256', body, 'base64url').slice(0, 22);
}
