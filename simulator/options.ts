import type { Now, Random } from './clock.ts';
import type { BasicCredentials, OAuthCredentials } from './credentials.ts';
import type { PrimaryIdentifier } from './customers/identifiers.ts';

/** How the simulated upstream behaves. Everything has a default; undefined counts as left out. */
export interface SimulatorOptions {
  /** The TCP port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number | undefined;
  /** How long a reply takes, in milliseconds. 0: as fast as it goes. Default: 300. */
  readonly latencyMs?: number | undefined;
  /** By how much a reply may be faster or slower, in milliseconds. Default: a third of `latencyMs`. */
  readonly jitterMs?: number | undefined;
  /** Accepted as Basic. Default: `DEFAULT_BASIC_CREDENTIALS`. */
  readonly basic?: BasicCredentials | undefined;
  /** Accepted for a token. Default: `DEFAULT_OAUTH_CREDENTIALS`. */
  readonly oauth?: OAuthCredentials | undefined;
  /** How long a token is good for, in seconds [P]. Default: 3600. */
  readonly tokenTtlSeconds?: number | undefined;
  /** The identifier that finds a customer: dual eligibility is on [S2]. Default: it is off. */
  readonly primaryIdentifier?: PrimaryIdentifier | undefined;
  /** HTTP status of a reply with errors in its body; not documented, 200, 400 and 404 occur [C]. Default: 200. */
  readonly errorStatus?: number | undefined;
  /** The code that goes with "Customer is deleted after PII delete request"; not documented. Default: 8015. */
  readonly erasedCode?: number | undefined;
  /** Calls a minute, per caller and API; 0: no limit. Default: 0. (100 on the upstream's test clusters [P].) */
  readonly rateLimitPerMinute?: number | undefined;
  /**
   * Retry-After of a 429 of the rate limit, in seconds, or `none`; not documented. Default: the seconds until the next
   * minute begins.
   */
  readonly retryAfterSeconds?: number | 'none' | undefined;
  /** How many of `madeUpCustomer(1)`, `madeUpCustomer(2)`, … there are. Default: 40. */
  readonly customerCount?: number | undefined;
  /** Whether v1.1's reply is wrapped in `response`; both occur [C]. Default: true. */
  readonly isV1Wrapped?: boolean | undefined;
  /** Whether v1.1's `customer` is an object if there is one customer; both occur [C]. Default: false, an array. */
  readonly isV1CustomerObject?: boolean | undefined;
  /** Whether v1.1's `customers` is the list of customers itself. Default: false. */
  readonly isV1CustomersList?: boolean | undefined;
  /** Whether replies of 1 KiB and more are compressed for clients that accept gzip; not documented. Default: true. */
  readonly isGzipOffered?: boolean | undefined;
  /** How many of the latest requests are kept. Default: 1000. */
  readonly recordedRequestLimit?: number | undefined;
  /** The time, in epoch milliseconds: rate limit, token expiry, records. Default: the clock. */
  readonly now?: Now | undefined;
  /** Draws latencies and which requests a fault with a `share` happens to. Default: `Math.random`. */
  readonly random?: Random | undefined;
}
