import {
  type CallerNames,
  type CallerProof,
  countedSigner,
  countedSource,
  NAMES_BY_KEY,
  signerOf,
} from '../rest/caller.ts';
import { roleName } from '../rest/signer-arn.ts';
import { claimOf } from './claims.ts';

/**
 * The form of a claim that the log may hold. An e-mail address and a phone number do not have this form, because they
 * are personal data: an app may sign its users in by number, such as `sms|919876543210`. No phone number has more than 15
 * digits.
 */
const NAME_IN_LOG = /^(?!(?:[a-z]+[:|])?(?:[.-]?\d){8,15}$)[\w.:|-]{1,128}$/i;

/**
 * The names of callers, by what they prove. Nothing else in a request counts: with signatures or tokens, a caller could
 * send any API key. In each cell the first name that the gateway gives counts.
 *
 * | CALLER_AUTH | in the log | counted by the guard |
 * |---|---|---|
 * | `apiKey` | the key's id, or the role or user that signed | the key, or the role or user, or the address |
 * | `iam` | the role or user | the role or user, or the address |
 * | `jwt` | the claim | the claim, or the address |
 */
export function callerNames(proof: CallerProof): CallerNames {
  switch (proof.kind) {
    case 'apiKey':
      return NAMES_BY_KEY;
    case 'iam':
      return {
        inLog: (event) => roleName(signerOf(event)),
        counted: (event) => countedSigner(event) ?? countedSource(event),
      };
    case 'jwt': {
      const { callerClaim } = proof;
      return {
        inLog: (event) => {
          const claim = claimOf(event, callerClaim);
          return claim !== undefined && NAME_IN_LOG.test(claim) ? claim : undefined;
        },
        counted: (event) => {
          const claim = claimOf(event, callerClaim);
          return claim === undefined ? countedSource(event) : `claim ${claim}`;
        },
      };
    }
  }
}
