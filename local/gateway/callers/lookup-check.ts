import type { CallerAuth } from '../../../functions/settings/caller-proof.ts';
import type { LocalCallers } from '../../local-callers.ts';
import type { CallerCheck } from './caller-check.ts';

/**
 * The check of look-ups that need a signature or a token; undefined: they need none, or no caller is known. It loads what
 * it needs: most local services need neither.
 */
export async function createLookupCheck(
  auth: CallerAuth,
  { signers, issuer }: LocalCallers,
): Promise<CallerCheck | undefined> {
  if (auth === 'iam' && signers !== undefined) {
    return (await import('./signature-check.ts')).createSignatureCheck(signers, Date.now);
  }
  if (auth === 'jwt' && issuer !== undefined) {
    return (await import('./token-check.ts')).createTokenCheck(issuer, Date.now);
  }
  return undefined;
}
