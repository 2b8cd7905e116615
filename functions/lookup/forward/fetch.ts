import { writeJson } from '../../customer/json/json.ts';
import { isAboutSubject } from '../../customer/reply/identity.ts';
import { REPLY_SHAPES } from '../../customer/reply/reply-shape.ts';
import { customerHash } from '../../customer/request/cache-key.ts';
import type { Api } from '../../customer/request/canonical-request.ts';
import type { Asked } from '../asked.ts';
import { holderOverrunMs } from '../fleet.ts';
import type { LookupPolicy, LookupPorts } from '../lookup-policy.ts';
import type { FoundOutcome, UpstreamCall, UpstreamFailure, UpstreamOutcome } from '../upstream.ts';
import type { CallRight } from './budget/upstream-budget.ts';
import type { Fetched, ReadReply } from './fetched.ts';

/** The part of the upstream's pause that a fetch needs. `Permit` is the right to ask the upstream. */
export interface PauseGate<Permit> {
  /** Whether this instance knows of a pause that has not ended. */
  isPaused(api: Api): boolean;
  /** Asks for the right to ask the upstream. The failure says when to try again. */
  enter(api: Api, store: Asked['store']): Promise<Permit | UpstreamFailure>;
  /** Takes note of how the upstream answered. */
  leave(permit: Permit, store: Asked['store'], outcome: UpstreamOutcome, call: UpstreamCall): Promise<void>;
}

/** How one fetch waits, and what it may use. */
export interface FetchOptions {
  /** Gets the right to one call out of the fleet's budget; undefined: there is no budget. */
  readonly takeCall: (() => Promise<CallRight | UpstreamFailure>) | undefined;
  /**
   * How long the look-up waits from now on before it serves a usable stale entry; undefined: there is no such entry, so
   * the upstream has its whole time.
   */
  readonly softMs: number | undefined;
  /** Whether the stale entry may still be served at this moment. */
  readonly hasStandIn: () => boolean;
  /** When the look-up took its lease; undefined: it has none. Monotonic milliseconds. */
  readonly heldSince?: number | undefined;
}

/**
 * Asks the upstream, unless the budget has no call left, or the upstream asked the fleet to pause. If there is a usable
 * stale entry, it gives up after `softMs`.
 */
export async function fetchReply<Permit extends { readonly kind: 'permit' }>(
  ports: LookupPorts,
  policy: LookupPolicy,
  gate: PauseGate<Permit>,
  asked: Asked,
  { takeCall, softMs, hasStandIn, heldSince }: FetchOptions,
): Promise<Fetched> {
  const { request, store } = asked;
  const right = takeCall && (await takeCall());
  if (right?.kind === 'failed') return { outcome: right, call: undefined, isGivenUp: false };
  const permit = await gate.enter(request.api, store);
  if (permit.kind === 'failed') {
    right?.settle(0);
    return { outcome: permit, call: undefined, isGivenUp: false };
  }
  const mayRepeat = () => !gate.isPaused(request.api);
  const abandoned = new AbortController();
  const fetching = ports.upstream.fetch(request, {
    signal: abandoned.signal,
    mayRepeat,
    ...(heldSince !== undefined && {
      maxOverrunMs: holderOverrunMs(ports.clock.monotonicNow() - heldSince, policy),
    }),
    // The store may take some time to give the call, and a pause may begin in that time.
    ...(right !== undefined && { takeRepetition: async () => (await right.extend()) && mayRepeat() }),
  });
  const isSlow = softMs !== undefined && (await isSlowerThan(ports, fetching, softMs)) && hasStandIn();
  // We wait for the abort to finish: on Lambda, work left running continues inside the next request.
  if (isSlow) abandoned.abort();
  const { outcome, call } = await fetching;
  right?.settle(call.attempts);
  if (outcome.kind === 'failed') {
    // A fetch that we gave up shows nothing about the upstream, unless the head of a 429 came before.
    if (!isSlow || outcome.failure === 'throttled') await gate.leave(permit, store, outcome, call);
    return { outcome, call, isGivenUp: isSlow };
  }
  await gate.leave(permit, store, outcome, call);
  return { outcome, call, reply: await readReply(policy, asked, outcome) };
}

/**
 * Whether the fetch takes longer than this. The time in which this process is busy, because it loads the code of the
 * fetch, does not count. The timer ends with the wait.
 */
async function isSlowerThan({ clock }: LookupPorts, fetching: Promise<unknown>, ms: number): Promise<boolean> {
  const done = new AbortController();
  try {
    return await Promise.race([fetching.then(() => false), clock.sleepFree(ms, done.signal).then(() => true)]);
  } finally {
    done.abort();
  }
}

async function readReply(
  policy: LookupPolicy,
  { request }: Asked,
  outcome: Exclude<UpstreamOutcome, UpstreamFailure>,
): Promise<ReadReply> {
  if (outcome.kind !== 'found') {
    const body = outcome.errors === undefined ? '' : writeJson(outcome.errors);
    return { body, customer: undefined, customerAliases: [], isMismatch: false };
  }
  const { api, subject, askedSections } = request;
  const trimmed = REPLY_SHAPES[api].trim(outcome.reply, policy.projections[api], askedSections);
  const [customer, ...customerAliases] = customerHashes(policy, outcome);
  // A merged customer's reply lists the survivor's identifiers, but it is still about the requested customer.
  const isMismatch =
    subject !== undefined && !outcome.isMerged && !(await isAboutSubject(api, outcome.reply, subject, policy.reading));
  return { body: writeJson(trimmed), customer, customerAliases, isMismatch };
}

/** The customer's hashes. Look-ups find entries by the first; the others belong to the other secrets. */
function customerHashes({ keySecrets }: LookupPolicy, { customerId }: FoundOutcome): readonly string[] {
  return customerId === undefined ? [] : keySecrets.map((secret) => customerHash(customerId, secret));
}
