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

/** The form of a claim that the log may hold. An e-mail address has another form: the log holds no person's address. */
const NAME_IN_LOG = /^[\w.:|-]{1,128}$/;

/**
 * The names of callers by what they prove. Anything else that a request says of itself does not count: with signatures or
 * tokens, a caller could send any API key.
 *
 * | CALLER_AUTH | in the log | counted by the guard |
 * |---|---|---|
 * | `apiKey` | the key's id, else the role or user that signed | the key, else the role or user, else the address |
 * | `iam` | the role or user | the role or user, else the address |
 * | `jwt` | the claim | the claim, else the address |
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
