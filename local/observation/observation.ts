import type { Invocation } from '../lambda/local-function.ts';
import type { Asked } from './asked.ts';
import { type Facts, numberOf, textOf } from './facts.ts';
import { ADVICE, type Misconfiguration } from './misconfiguration.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

/** A request, seen from outside: how it went, never which customer it was about. */
export interface Observation extends Asked {
  readonly requestId: string;
  /** When it was answered. Epoch milliseconds. */
  readonly at: number;
  readonly outcome: Outcome;
  /** The outcomes of a batch's look-ups, in their order. */
  readonly outcomes?: readonly Outcome[];
  readonly durationMs: number;
  /** HTTP status; undefined for a direct invocation. */
  readonly status?: number | undefined;
  /** The kind of answer: found, not-found, erased, refused, failed, not-cached, pending. */
  readonly answer?: string | undefined;
  /** The error's code. */
  readonly code?: string | undefined;
  /** Why a hit is stale, or why the look-up went forward. */
  readonly detail?: string | undefined;
  readonly isStored?: boolean;
  /** Seconds, rounded down; of a hit. */
  readonly ttlSeconds?: number | undefined;
  readonly ageMs?: number | undefined;
  readonly upstreamDurationMs?: number | undefined;
  readonly upstreamFailure?: string | undefined;
  readonly upstreamError?: string | undefined;
  readonly storeFailure?: string | undefined;
  readonly event?: string | undefined;
  /** How many entries a purge deleted, or an event deleted or marked. */
  readonly entryCount?: number | undefined;
  /** The wrong setting of ours. */
  readonly misconfiguration?: Misconfiguration | undefined;
}

/** What is known of every answered request. */
export interface ObservedRequest {
  readonly requestId: string;
  /** When it was answered. Epoch milliseconds. */
  readonly at: number;
  /** How long the function took, by the observer. */
  readonly durationMs: number;
  readonly asked: Asked;
  readonly facts: Facts;
  readonly invocation: Invocation;
}

/** The visible facts of an answered request. */
export function toObservation({ facts, asked, invocation, ...request }: ObservedRequest): Observation {
  const outcome = outcomeOf(facts);
  const lookups = Array.isArray(facts.lookups) ? (facts.lookups as readonly Facts[]) : undefined;
  const misconfiguration = textOf(facts.misconfiguration);
  return {
    ...asked,
    ...request,
    durationMs: numberOf(facts.durationMs) ?? Math.round(request.durationMs),
    outcome,
    ...(lookups !== undefined && { outcomes: lookups.map(outcomeOf) }),
    status: numberOf(facts.status),
    answer: textOf(facts.answer),
    code: textOf(facts.code),
    detail: textOf(facts.detail) ?? textOf(facts.cache),
    ...(typeof facts.isStored === 'boolean' && { isStored: facts.isStored }),
    ttlSeconds: outcome === 'hit' || outcome === 'stale' ? ttlOf(invocation.json) : undefined,
    ageMs: numberOf(facts.ageMs),
    upstreamDurationMs: numberOf(facts.upstreamDurationMs),
    upstreamFailure: textOf(facts.upstreamFailure),
    upstreamError: textOf(facts.upstreamError),
    storeFailure: textOf(facts.storeFailure),
    event: textOf(facts.event),
    entryCount: numberOf(facts.purged) ?? numberOf(facts.markedStale),
    misconfiguration: isMisconfiguration(misconfiguration) ? misconfiguration : undefined,
  };
}

/** The ttl of the answer: in its Cache-Status, or in the outcome of a direct invocation. */
function ttlOf(json: string): number | undefined {
  const [, ofHeader] = /"Cache-Status":"lookaside; hit; ttl=(-?\d+)/.exec(json) ?? [];
  const [, ofOutcome] = /"cache":\{[^{}]*"ttlSeconds":(-?\d+)[^{}]*\}\}$/.exec(json) ?? [];
  return numberOf(Number(ofHeader ?? ofOutcome ?? Number.NaN));
}

function isMisconfiguration(text: string | undefined): text is Misconfiguration {
  return text !== undefined && Object.hasOwn(ADVICE, text);
}
