import { minuteAt, minutesOf } from './plan.ts';

/** How a look-up was answered. */
export const OUTCOMES = ['hit', 'stale', 'collapsed', 'miss', 'error'] as const;
/** The outcome of a simulated look-up. */
export type Outcome = (typeof OUTCOMES)[number];

/**
 * The kinds of writes to DynamoDB. `foundFill`: a customer's index and an entry. `notFoundFill`: an entry. `onEntry`: a
 * mark or a lease on an item with a customer's entry, which costs as much as the entry. `onNothing`: one on any other
 * item.
 */
export type Write = 'foundFill' | 'notFoundFill' | 'onEntry' | 'onNothing';

/** Ages at serving are counted in steps of a second, up to a day and an hour. */
const AGE_STEP_MS = 1000;
const AGE_STEPS = 90_000;

/** The counts of a forecast's look-ups. Look-ups before `countsFrom` fill the cache and do not count. */
export class Tally {
  readonly lookups: Record<Outcome, number> = { hit: 0, stale: 0, collapsed: 0, miss: 0, error: 0 };
  /** Upstream calls and look-ups, for each minute. */
  readonly callsByMinute: Uint32Array;
  readonly lookupsByMinute: Uint32Array;
  upstreamCalls = 0;
  /** Requested revalidations. Each is a separate invocation. */
  revalidations = 0;
  /** Look-ups and revalidations without a call from the budget. */
  refusals = 0;
  /** Reads of DynamoDB: of an item, or of the upstream's pause. */
  reads = 0;
  /** Writes to DynamoDB, by kind. */
  readonly writes: Record<Write, number> = { foundFill: 0, notFoundFill: 0, onEntry: 0, onNothing: 0 };
  readonly #ages = new Uint32Array(AGE_STEPS);
  #served = 0;
  readonly #countsFrom: number;

  /** @param lengthMs how long the simulated time lasts in all */
  constructor(lengthMs: number, countsFrom: number) {
    const minutes = minutesOf(lengthMs);
    this.callsByMinute = new Uint32Array(minutes);
    this.lookupsByMinute = new Uint32Array(minutes);
    this.#countsFrom = countsFrom;
  }

  /** A look-up was answered. @param ageMs the age of the answer when it was served */
  served(outcome: Outcome, ageMs: number, at: number): void {
    if (at < this.#countsFrom) return;
    this.lookups[outcome] += 1;
    add(this.lookupsByMinute, at);
    if (outcome === 'error') return;
    const step = Math.min(AGE_STEPS - 1, Math.floor(ageMs / AGE_STEP_MS));
    this.#ages[step] = (this.#ages[step] ?? 0) + 1;
    this.#served += 1;
  }

  /** The upstream is called. Before that, the instance reads whether it pauses. */
  upstreamCall(at: number): void {
    if (at < this.#countsFrom) return;
    this.upstreamCalls += 1;
    this.reads += 1;
    add(this.callsByMinute, at);
  }

  revalidation(at: number): void {
    if (at >= this.#countsFrom) this.revalidations += 1;
  }

  refusal(at: number): void {
    if (at >= this.#countsFrom) this.refusals += 1;
  }

  read(at: number): void {
    if (at >= this.#countsFrom) this.reads += 1;
  }

  write(kind: Write, at: number): void {
    if (at >= this.#countsFrom) this.writes[kind] += 1;
  }

  /** The age that this share of the answers did not exceed when they were served. Seconds. */
  ageSeconds(share: number): number {
    let left = this.#served * share;
    for (const [step, count] of this.#ages.entries()) {
      left -= count;
      if (left <= 0) return step * (AGE_STEP_MS / 1000);
    }
    return AGE_STEPS * (AGE_STEP_MS / 1000);
  }

  /** All look-ups. */
  get total(): number {
    return OUTCOMES.reduce((sum, outcome) => sum + this.lookups[outcome], 0);
  }
}

function add(minutes: Uint32Array, at: number): void {
  const minute = minuteAt(at, minutes.length);
  minutes[minute] = (minutes[minute] ?? 0) + 1;
}
