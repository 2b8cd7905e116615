import type { BehaviourChange } from './behaviour.ts';
import type { AcceptedCredentials } from './credentials.ts';
import type { PrimaryIdentifier } from './customers/identifiers.ts';

/** How the simulated upstream behaves. Everything has a default; undefined counts as left out. */
export interface SimulatorOptions extends BehaviourChange, AcceptedCredentials {
  /** The TCP port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number | undefined;
  /** The identifier that finds a customer: dual eligibility is on [S2]. Default: it is off. */
  readonly primaryIdentifier?: PrimaryIdentifier | undefined;
  /** How many of `madeUpCustomer(1)`, `madeUpCustomer(2)`, … there are. Default: 40. */
  readonly customerCount?: number | undefined;
  /** The time, in epoch milliseconds: rate limit, token expiry, records. Default: the clock. */
  readonly now?: (() => number) | undefined;
  /** Draws numbers of 0 ≤ x < 1, for latencies and for faults with a `share`. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}
