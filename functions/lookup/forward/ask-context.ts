import { createInvalidation, type Invalidation } from '../invalidation.ts';
import type { LookupPolicy, LookupPorts } from '../lookup-policy.ts';
import type { UpstreamBudget } from './budget/upstream-budget.ts';
import { FetchTimes } from './fetch-times.ts';
import { UpstreamPauseGate } from './pause/upstream-pause-gate.ts';
import { LeaseEnds } from './polls/lease-ends.ts';
import { SlowUpstream } from './slow-upstream.ts';

/** The parts that all look-ups of an instance share when they ask the upstream. */
export interface AskContext {
  readonly ports: LookupPorts;
  readonly policy: LookupPolicy;
  readonly gate: UpstreamPauseGate;
  readonly fetchTimes: FetchTimes;
  readonly leaseEnds: LeaseEnds;
  readonly slowUpstream: SlowUpstream;
  /** The fleet's budget for the upstream; undefined: it has none. */
  readonly budget: UpstreamBudget | undefined;
  /** Undefined: the cache is off. */
  readonly invalidation: Invalidation | undefined;
}

/**
 * Makes the parts that all look-ups of an instance share. Call it once for each instance. @param budget default: none
 */
export function createAskContext(ports: LookupPorts, policy: LookupPolicy, budget?: UpstreamBudget): AskContext {
  const { clock, random, store } = ports;
  const invalidation = store && createInvalidation({ store, clock, keySecrets: policy.keySecrets });
  const gate = new UpstreamPauseGate(clock, random);
  const slowUpstream = new SlowUpstream(clock);
  const fetchTimes = new FetchTimes();
  const leaseEnds = new LeaseEnds(clock);
  return { ports, policy, gate, fetchTimes, leaseEnds, slowUpstream, budget, invalidation };
}
