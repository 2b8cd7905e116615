import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import type { Asked } from '../asked.ts';
import type { Instance } from '../instance.ts';
import type { WatchedRequest } from './watched-request.ts';

/** A look-up at its request: the caller's wishes, and how long ago that was. */
export class RequestedLookup {
  readonly request: WatchedRequest;
  readonly name: string;
  readonly timeoutMs: number;
  readonly asked: Asked;
  readonly key: CacheKey;
  /** The key of fetches that must not run twice at the same time. */
  readonly flight: string;
  /** True time. Milliseconds since the history began. */
  protected readonly now: () => number;

  constructor(request: WatchedRequest, asked: Asked, key: CacheKey, now: () => number) {
    this.request = request;
    this.asked = asked;
    this.key = key;
    this.now = now;
    this.name = request.parts.supplement === undefined ? request.name : `${request.name}.${asked.api}`;
    this.timeoutMs = request.timeoutMs;
    const { projections, keySecrets } = request.instance.policy;
    this.flight = `${asked.identity} ${projections[asked.api].fields} ${keySecrets[0]}`;
  }

  get instance(): Instance {
    return this.request.instance;
  }

  get identity(): string {
    return this.asked.identity;
  }

  get directives() {
    return this.request.directives;
  }

  /** How long its caller waits. Milliseconds; infinity: for as long as it takes. */
  get waitMs(): number {
    return this.request.purpose === 'prefetch' ? 0 : (this.request.waitMs ?? Number.POSITIVE_INFINITY);
  }

  /** True time: when its caller asked. */
  get startedAt(): number {
    return this.request.startedAt;
  }

  get hasStoodStill(): boolean {
    return this.request.hasStoodStill;
  }

  /** How long ago it was begun. */
  get elapsedMs(): number {
    return this.now() - this.request.begunAt;
  }

  /** How long it has taken since it began, without freezes. */
  get runningMs(): number {
    return this.elapsedMs - (this.instance.frozenMs - this.request.frozenMsAtBeginning);
  }

  /** Whether a fetch that began earlier may give its answer. */
  get canJoin(): boolean {
    const { noCache, maxAgeMs, minFreshMs = 0 } = this.directives;
    return !noCache && maxAgeMs !== 0 && minFreshMs < this.instance.policy.windows.freshForMs;
  }
}
