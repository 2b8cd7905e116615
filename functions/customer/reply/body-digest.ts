import { hash } from 'node:crypto';

/**
 * Names a body: the same text always has the same name. 132 bits, so that no other text has it. Base64url, 22
 * characters.
 */
export function bodyDigest(body: string): string {
  return hash('sha256', body, 'base64url').slice(0, 22);
}
