import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import type { Api, CanonicalRequest } from '../../../functions/customer/request/canonical-request.ts';
import type { Audited } from '../../../functions/lookup/audit/audit.ts';
import type { AuditRequest } from '../../../functions/lookup/audit/audit-words.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { UpstreamPause } from '../../../functions/lookup/ports.ts';
import type { Instance } from '../instance.ts';
import type { Operation, StoreEffect, StoreUser } from '../store/store-user.ts';
import type { Table, TableObserver } from '../store/table.ts';
import type { Answers, Fetched } from '../upstream/fetched.ts';
import type { World } from '../world.ts';
import { AgeCheck } from './age.ts';
import { AmplificationCheck } from './amplification.ts';
import { AuditCheck } from './audits.ts';
import type { Acknowledged, Check, Scene } from './check.ts';
import { Crowd } from './crowd.ts';
import { DeadlineCheck } from './deadline.ts';
import { DefiniteAnswersCheck } from './definite-answers.ts';
import { DirectivesCheck } from './directives.ts';
import { ErasureCheck } from './erasure.ts';
import { IsolationCheck } from './isolation.ts';
import { JoinedCheck } from './joined.ts';
import { KeptAnswersCheck } from './kept-answers.ts';
import type { LookupListener } from './lookup-listener.ts';
import { PauseLengthsCheck } from './pause-lengths.ts';
import { PausesCheck } from './pauses.ts';
import { PoisonCheck } from './poison.ts';
import { PreferCheck } from './prefer.ts';
import { RampCheck } from './ramp.ts';
import { RevalidationCheck } from './revalidation.ts';
import { SingleFlightCheck } from './single-flight.ts';
import { StoreOutageCheck } from './store-outage.ts';
import type { Vitality } from './store-use.ts';
import { UpstreamOutageCheck } from './upstream-outage.ts';
import type { Promised, Violation } from './violation.ts';
import { WatchedLookup } from './watched-lookup.ts';
import { type RequestOptions, WatchedRequest } from './watched-request.ts';

export interface CheckerOptions {
  readonly world: World;
  readonly answers: Answers;
  readonly upstreamTimeoutMs: number;
  readonly cacheTimeoutMs: number;
  readonly onViolation: (violation: Violation) => void;
}

/** The checks of every history. */
const CHECKS: readonly (new (scene: Scene) => Check)[] = [
  AgeCheck,
  AmplificationCheck,
  AuditCheck,
  DeadlineCheck,
  DefiniteAnswersCheck,
  DirectivesCheck,
  ErasureCheck,
  IsolationCheck,
  JoinedCheck,
  KeptAnswersCheck,
  PauseLengthsCheck,
  PausesCheck,
  PoisonCheck,
  PreferCheck,
  RampCheck,
  RevalidationCheck,
  SingleFlightCheck,
  StoreOutageCheck,
  UpstreamOutageCheck,
];

/** Sees every step of a history, and has each check judge it. */
export class Checker implements Scene, LookupListener, TableObserver {
  requestCount = 0;
  upstreamCallCount = 0;
  readonly answers: Answers;
  readonly upstreamTimeoutMs: number;
  readonly cacheTimeoutMs: number;
  readonly underWay = new Set<WatchedLookup>();
  readonly #options: CheckerOptions;
  readonly #checks: Check[];
  readonly #crowds = new Map<string, Crowd>();
  /** When an item of each partition was last voided. */
  readonly #voidedAt = new Map<string, number>();
  readonly #vitality = new Map<Instance, Vitality>();
  #table: Table | undefined;

  constructor(options: CheckerOptions) {
    this.#options = options;
    this.answers = options.answers;
    this.upstreamTimeoutMs = options.upstreamTimeoutMs;
    this.cacheTimeoutMs = options.cacheTimeoutMs;
    this.#checks = CHECKS.map((Each) => new Each(this));
  }

  /** Checks the history with one more check. */
  add(check: Check): void {
    this.#checks.push(check);
  }

  get now(): number {
    return this.#options.world.scheduler.now;
  }

  get table(): Table {
    if (this.#table === undefined) throw new Error('The checker has no table yet.');
    return this.#table;
  }

  /** Gives the checker the table, which tells the checker its changes. */
  set table(table: Table) {
    this.#table = table;
  }

  fail(
    promise: Promised,
    { name, identity }: { readonly name: string; readonly identity: string },
    what: string,
  ): void {
    this.#options.onViolation({ promise, what: `${name} (${identity}) ${what}` });
  }

  /** Watches a caller's look-up from now on. */
  watchRequest(options: RequestOptions): WatchedRequest {
    this.requestCount += 1;
    const name = `${options.instance.name}/L${this.requestCount}`;
    return new WatchedRequest(name, this.cacheTimeoutMs, this.now, options);
  }

  /** Watches a look-up that is made for a caller. */
  watchLookup(request: WatchedRequest, { api }: CanonicalRequest, key: CacheKey): WatchedLookup {
    const { main, supplement } = request.parts;
    const asked = supplement !== undefined && api === supplement.api ? supplement : main;
    const vitality = this.#vitality.get(request.instance) ?? {
      answeredAt: Number.NEGATIVE_INFINITY,
      perhapsAnsweredAt: Number.NEGATIVE_INFINITY,
      servesNobody: false,
    };
    this.#vitality.set(request.instance, vitality);
    const crowd = this.#crowdOf(request.instance, key);
    const lookup = new WatchedLookup({ request, asked, key, vitality, crowd, now: () => this.now, listener: this });
    request.lookups.push(lookup);
    this.underWay.add(lookup);
    crowd.enter(lookup);
    // An item that was read ahead may be void by now.
    lookup.isVoided = this.voidedAt(key) >= request.startedAt;
    return lookup;
  }

  voidedAt({ partition }: CacheKey): number {
    return this.#voidedAt.get(partition) ?? Number.NEGATIVE_INFINITY;
  }

  #crowdOf({ name }: Instance, { partition, variant }: CacheKey): Crowd {
    const text = `${name} ${partition} ${variant}`;
    const crowd = this.#crowds.get(text) ?? new Crowd(() => this.now);
    this.#crowds.set(text, crowd);
    return crowd;
  }

  acknowledge(invalidation: Acknowledged): void {
    for (const check of this.#checks) check.acknowledged?.(invalidation);
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    this.underWay.delete(lookup);
    this.#crowdOf(lookup.instance, lookup.key).leave(lookup);
    lookup.result = result;
    lookup.answeredAt = this.now;
    // It gave the store up, but a pause of the upstream kept it from asking for itself.
    if (lookup.calls === 0 && result.storeFailure !== undefined) lookup.store.gaveUp();
    for (const check of this.#checks) check.answered?.(lookup, result);
  }

  requestAnswered(request: WatchedRequest, result: LookupResult): void {
    for (const check of this.#checks) check.requestAnswered?.(request, result);
  }

  audited(request: WatchedRequest, audit: AuditRequest, audited: Audited): void {
    for (const check of this.#checks) check.audited?.(request, audit, audited);
  }

  /** Says that a history is over. */
  end(): void {
    for (const check of this.#checks) check.ended?.();
  }

  storeCalled(lookup: WatchedLookup, operation: Operation, isAllowed: boolean): void {
    for (const check of this.#checks) check.storeCalled?.(lookup, operation, isAllowed);
  }

  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void {
    for (const check of this.#checks) check.storeChanged?.(lookup, effect);
  }

  upstreamCalled(lookup: WatchedLookup, attempt: number): void {
    this.upstreamCallCount += 1;
    for (const check of this.#checks) check.upstreamCalled?.(lookup, attempt);
  }

  upstreamAnswered(lookup: WatchedLookup, fetched: Fetched, attempts: number): void {
    for (const check of this.#checks) check.upstreamAnswered?.(lookup, fetched, attempts);
  }

  revalidationAsked(lookup: WatchedLookup): void {
    for (const check of this.#checks) check.revalidationAsked?.(lookup);
  }

  onVoided(key: CacheKey, by: StoreUser): void {
    // A look-up that knows that it ended its lease has said how its fetch ended: if it voids that, this is its own
    // fault. If it was not told, the old entry may still be there, so the item has to go.
    const knowsEnd = by instanceof WatchedLookup && by.knowsEnd;
    const isOwn = (each: WatchedLookup) => knowsEnd && by.flight === each.flight;
    this.#voidedAt.set(key.partition, this.now);
    for (const lookup of this.underWay) {
      if (lookup.key.partition === key.partition && !isOwn(lookup)) lookup.isVoided = true;
    }
  }

  onFetchVoided(token: string, survivor: string | undefined): void {
    for (const lookup of this.underWay) {
      if (lookup.leases.some((lease) => lease.token === token)) lookup.voidFetch = { survivor };
    }
  }

  onPaused(api: Api, pause: UpstreamPause): void {
    for (const check of this.#checks) check.paused?.(api, pause);
  }

  onPauseEnded(api: Api): void {
    for (const check of this.#checks) check.pauseEnded?.(api);
  }
}
