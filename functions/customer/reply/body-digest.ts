import { createHash } from 'node:crypto';

/** Names a body: the same text, the same name; 132 bits, so that no other text ever has it. Base64url, 22 characters. */
export function bodyDigest(body: string): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, 22);
}
