import type { CallerProof } from '../rest/caller.ts';
import type { Definition } from './definition.ts';
import { matching, oneOf, optional } from './readers.ts';

/**
 * How callers of look-ups prove their identity. The gateway checks the proof, and the function reads the gateway's
 * result.
 */
const CALLER_AUTHS = ['apiKey', 'iam', 'jwt'] as const satisfies readonly CallerProof['kind'][];
/** How callers of look-ups prove their identity. */
export type CallerAuth = (typeof CALLER_AUTHS)[number];

/** Cognito's claims have names such as `cognito:groups`. Those of other issuers are often addresses. */
export const CLAIM_NAME = /^[\w.:/-]{1,64}$/;
const CLAIM_NAME_ALLOWED = 'the name of a claim: 1 to 64 letters, digits and marks (_ - . : /)';

/** The settings of the callers' proof. */
export const CALLER_PROOF = {
  CALLER_AUTH: {
    allowed: CALLER_AUTHS.join(', '),
    default: 'apiKey',
    read: oneOf(CALLER_AUTHS),
  },
  CALLER_CLAIM: {
    allowed: CLAIM_NAME_ALLOWED,
    default: 'sub',
    read: matching(CLAIM_NAME),
  },
  CLASS_CLAIM: {
    allowed: `${CLAIM_NAME_ALLOWED}, or nothing`,
    default: '',
    read: optional(matching(CLAIM_NAME)),
  },
} as const satisfies Readonly<Record<string, Definition<unknown>>>;

/** The callers' proof, from the values of these settings. */
export function toCallerProof({
  CALLER_AUTH: kind,
  CALLER_CLAIM: callerClaim,
  CLASS_CLAIM: classClaim,
}: {
  readonly CALLER_AUTH: CallerAuth;
  readonly CALLER_CLAIM: string;
  readonly CLASS_CLAIM: string | null;
}): CallerProof {
  return kind === 'jwt' ? { kind, callerClaim, classClaim: classClaim ?? undefined } : { kind };
}
