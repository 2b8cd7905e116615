import { isPlainObject } from './plain-object.ts';

/** Basic: a till's name and password. OAuth: a client's key and secret. */
export type Credentials =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'oauth'; readonly key: string; readonly secret: string };

/**
 * Reads the upstream's credentials from their JSON: `{"username","password"}` or `{"key","secret"}`, each a non-empty
 * text. A user name has no colon: Basic would take the text after the colon for the password (RFC 7617 §2).
 *
 * @returns undefined if the text is neither. There is no error, because its message could repeat the secret.
 */
export function parseCredentials(json: string): Credentials | undefined {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isPlainObject(document)) return undefined;
  const { username, password, key, secret, ...others } = document;
  if (Object.keys(others).length > 0) return undefined;
  const isBasic = key === undefined && secret === undefined;
  if (isBasic && isText(username) && !username.includes(':') && isText(password)) {
    return { kind: 'basic', username, password };
  }
  const isOAuth = username === undefined && password === undefined;
  return isOAuth && isText(key) && isText(secret) ? { kind: 'oauth', key, secret } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
