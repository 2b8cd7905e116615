import type { RequestDirectives } from '../../../functions/lookup/directives.ts';
import type { LookupPurpose } from '../../../functions/lookup/lookup-policy.ts';
import { type AskedParts, partsOf, type Sent } from '../asked.ts';
import type { Instance } from '../instance.ts';
import type { StoreUser } from '../store/store-user.ts';
import type { WatchedLookup } from './watched-lookup.ts';

export interface RequestOptions {
  readonly instance: Instance;
  readonly sent: Sent;
  readonly directives: RequestDirectives;
  readonly purpose: LookupPurpose;
  /** How long its caller waits. Default: for as long as it takes. Milliseconds. */
  readonly waitMs?: number | undefined;
  /** Whether it is a revalidation that a prefetch requested. Default: no. */
  readonly isForPrefetch?: boolean;
}

/** A caller's look-up as the checker sees it: one look-up, or the two halves of a joined one. */
export class WatchedRequest implements StoreUser {
  readonly instance: Instance;
  readonly name: string;
  readonly timeoutMs: number;
  readonly sent: Sent;
  readonly parts: AskedParts;
  directives: RequestDirectives;
  readonly purpose: LookupPurpose;
  readonly waitMs: number | undefined;
  readonly isForPrefetch: boolean;
  /** True time: when its caller asked. */
  readonly startedAt: number;
  /** How long its instance had stood still by then. */
  readonly frozenMsBefore: number;
  readonly lookups: WatchedLookup[] = [];
  /** Calls of the store that were made for both halves: reading ahead, and voiding an erased customer. */
  hasTrouble = false;
  /** True time: when it was begun, after others of its batch. */
  begunAt: number;
  frozenMsAtBeginning: number;

  constructor(name: string, timeoutMs: number, now: number, options: RequestOptions) {
    const { instance, sent, directives, purpose, waitMs, isForPrefetch = false } = options;
    this.name = name;
    this.timeoutMs = timeoutMs;
    this.instance = instance;
    this.sent = sent;
    this.parts = partsOf(sent, instance.reading.embedAlways);
    this.directives = directives;
    this.purpose = purpose;
    this.waitMs = waitMs;
    this.isForPrefetch = isForPrefetch;
    this.startedAt = now;
    this.begunAt = now;
    this.frozenMsBefore = instance.frozenMs;
    this.frozenMsAtBeginning = instance.frozenMs;
  }

  get identity(): string {
    const { main, supplement } = this.parts;
    return supplement === undefined ? main.identity : `${main.identity} with ${supplement.identity}`;
  }

  /** Whether its caller does not wait for its fetch: a short wait, or a prefetch. */
  get isShort(): boolean {
    return this.waitMs !== undefined || this.purpose === 'prefetch';
  }

  /** Whether it has no caller: a revalidation, or an audit. */
  get hasNoCaller(): boolean {
    return this.purpose === 'revalidate' || this.purpose === 'audit';
  }

  /** Says that it begins only now: other look-ups of its batch delayed it. */
  begin(now: number): void {
    this.begunAt = now;
    this.frozenMsAtBeginning = this.instance.frozenMs;
  }

  get hasStoodStill(): boolean {
    const { isCrashed, isFrozen, frozenMs } = this.instance;
    return isCrashed || isFrozen || frozenMs > this.frozenMsBefore;
  }

  onTrouble(): void {
    this.hasTrouble = true;
  }
}
