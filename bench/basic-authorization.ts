import { createHash } from 'node:crypto';
import type { BasicCredentials } from '../local/simulator/credentials.ts';

/** The header by which a till shows the upstream who it is: its password goes as its MD5 in hex (upstream notes §4). */
export function basicAuthorization({ username, password }: BasicCredentials): string {
  const digest = createHash('md5').update(password).digest('hex');
  return `Basic ${Buffer.from(`${username}:${digest}`).toString('base64')}`;
}
