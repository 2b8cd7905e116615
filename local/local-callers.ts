import { isPlainObject } from '../functions/plain-object.ts';
import type { CallerAuth } from '../functions/settings/caller-proof.ts';
import type { KnownSigner } from './gateway/callers/signature-check.ts';
import type { KnownIssuer } from './gateway/callers/token-check.ts';

/** The callers that this machine knows, where AWS would know them: identities that sign, an issuer of tokens. */
export interface LocalCallers {
  readonly signers: readonly KnownSigner[] | undefined;
  readonly issuer: KnownIssuer | undefined;
}

/** The allowed values of LOCAL_SIGNERS, in words. */
export const SIGNERS_ALLOWED =
  'JSON, a list of {"accessKeyId","secretAccessKey","arn"}, each a non-empty text; arn is that of a session or a user';
/** The allowed values of LOCAL_ISSUER, in words. */
export const ISSUER_ALLOWED =
  'JSON, {"issuer","audiences","keys"}: a text, a list of texts, and a set of public keys as RFC 7517 has it';

/** Reads a setting of callers; undefined: it is absent or wrong. @param tellWrong called if it is wrong */
export function readCredential<T>(
  text: string | undefined,
  read: (value: unknown) => T | undefined,
  tellWrong: () => void,
): T | undefined {
  if (text === undefined) return undefined;
  const value = parse(text);
  const found = value === undefined ? undefined : read(value);
  if (found === undefined) tellWrong();
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads LOCAL_SIGNERS; undefined: it is not allowed. */
export function toSigners(value: unknown): readonly KnownSigner[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every(isSigner) ? value : undefined;
}

function isSigner(value: unknown): value is KnownSigner {
  return isPlainObject(value) && [value.accessKeyId, value.secretAccessKey, value.arn].every(isText);
}

/** Reads LOCAL_ISSUER; undefined: it is not allowed. */
export function toIssuer(value: unknown): KnownIssuer | undefined {
  if (!isPlainObject(value)) return undefined;
  const { issuer, audiences, keys } = value;
  const isFine = isText(issuer) && Array.isArray(audiences) && audiences.length > 0 && audiences.every(isText);
  return isFine && isPlainObject(keys) && Array.isArray(keys.keys) ? (value as unknown as KnownIssuer) : undefined;
}

/** The problem of a local service that would have to refuse every caller; undefined: there is none. */
export function missingCallers(auth: CallerAuth, { signers, issuer }: LocalCallers): string | undefined {
  if (auth === 'iam' && signers === undefined) {
    return `CALLER_AUTH is iam and LOCAL_SIGNERS is missing; allowed with it is ${SIGNERS_ALLOWED}.`;
  }
  if (auth === 'jwt' && issuer === undefined) {
    return `CALLER_AUTH is jwt and LOCAL_ISSUER is missing; allowed with it is ${ISSUER_ALLOWED}.`;
  }
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
