import type { Throttle } from './environment-values.ts';

/**
 * A JSON Web Token of callers, and its issuer: Cognito, or any other issuer that publishes its keys (OpenID Connect).
 */
export interface TokenAuth {
  /** The issuer's address, exactly as in the claim `iss`: with a `/` at the end if the claim has one. */
  readonly issuer: string;
  /** The audiences. A token must have one of them: as `aud`, or as `client_id` if it has no `aud`. */
  readonly audiences: readonly string[];
  /**
   * A token must have one of these scopes.
   *
   * @default - none is needed
   */
  readonly scopes?: readonly string[];
  /**
   * The claim that names the caller, for the log and the guard.
   *
   * @default 'sub'
   */
  readonly callerClaim?: string;
  /**
   * The claim that names the caller's class, such as `cognito:groups`.
   *
   * @default - none: all callers are of the default class
   */
  readonly classClaim?: string;
}

/** How callers of look-ups prove their identity. Cache administration always needs a signature. */
export type AuthSetting = 'apiKey' | 'iam' | TokenAuth;

/** The kinds of APIs in front of the functions. */
export const FRONTS = ['rest', 'http'] as const;

/** The credential of callers, the kind of API that checks it, and how much it lets through. */
export interface AuthEnvironment {
  /**
   * How callers of look-ups prove their identity: by an API key, by the signature of an AWS identity, or by a token.
   *
   * @default 'apiKey'
   */
  readonly auth?: AuthSetting;

  /**
   * The kind of API in front of the functions. An HTTP API is cheaper and checks tokens. It has no API keys, no firewall,
   * no private endpoints and no answers of our own (docs/deploying.md).
   *
   * @default 'rest'
   */
  readonly front?: (typeof FRONTS)[number];

  /**
   * How fast all keys of `callers` together may ask. Their number is not known to the stack, so without this limit they
   * could use up the account's rate, which other deployments share.
   *
   * @default - 10 000 a second, 5 000 at once; the account's own limit, if it is lower, counts too
   */
  readonly stageThrottle?: Throttle;
}
