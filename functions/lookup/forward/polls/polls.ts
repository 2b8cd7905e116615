import type { Lease, StoredItem } from '../../entry.ts';
import type { LookupPorts } from '../../lookup-policy.ts';
import type { Shown } from '../../shared-read.ts';
import type { LeaseEnds } from './lease-ends.ts';
import { PollPace } from './poll-pace.ts';

/** How long a look-up sleeps at most before its next poll. */
export interface SleepLimits {
  /** When the fetch should end, from now on; 0: it should have ended, or its end is not known. Milliseconds. */
  readonly untilEndMs: number;
  /** Milliseconds. */
  readonly atMostMs: number;
}

/** The polls of one look-up that waits: when it reads the item again, and which read it may take instead of its own. */
export class Polls {
  readonly #ports: Pick<LookupPorts, 'clock' | 'random'>;
  readonly #ends: LeaseEnds;
  readonly #pace = new PollPace();
  /**
   * Set if the last sleep ended because the lease ended: the moment after which reads show that end. Monotonic
   * milliseconds.
   */
  #toldAfter: number | undefined;

  constructor(ports: Pick<LookupPorts, 'clock' | 'random'>, ends: LeaseEnds) {
    this.#ports = ports;
    this.#ends = ends;
  }

  /**
   * Sleeps until the next poll.
   * @param lease the lease that the look-up waits for. If this instance learns of its end, the sleep ends
   */
  async sleep(lease: Lease | undefined, { untilEndMs, atMostMs }: SleepLimits): Promise<void> {
    const ms = Math.min(this.#pace.nextMs(this.#ports.random(), untilEndMs), atMostMs);
    this.#toldAfter = await this.#ends.sleep(ms, lease?.token);
  }

  /**
   * The moment after which another look-up's read must have begun, so that the next poll may take it. A read that this
   * look-up has seen already would be useless. Monotonic milliseconds.
   *
   * @param readAt when the last read that this look-up has seen began. Monotonic milliseconds
   */
  takesAfter(readAt: number): number {
    const told = this.#toldAfter;
    this.#toldAfter = undefined;
    return Math.max(readAt, told ?? this.#ports.clock.monotonicNow() - this.#pace.maxAgeMs);
  }

  /**
   * Takes note of a read, and tells the others if it shows the end of the lease.
   *
   * @param askedAt when this look-up asked for it. Monotonic milliseconds
   * @param former the lease on the item before
   */
  noteRead({ value, beganAt }: Shown<StoredItem>, askedAt: number, former: Lease | undefined): void {
    this.#pace.noteRead(askedAt - beganAt);
    if (former !== undefined && former.token !== value.lease?.token) {
      this.#ends.tell(former.token, Number.NEGATIVE_INFINITY);
    }
  }
}
