interface Try {
  readonly beganAt: number;
  endedAt: number;
  /** It did not succeed: the look-up may read again at the moment of its end. */
  hasFailed: boolean;
}

/** The tries of a look-up for the lease. During a long try it also reads, to see whether the store answers. True time. */
export class LeaseTries {
  readonly #tries: Try[] = [];

  began(now: number): void {
    this.#tries.push({ beganAt: now, endedAt: Number.POSITIVE_INFINITY, hasFailed: false });
  }

  ended(now: number, hasFailed: boolean): void {
    const last = this.#tries.at(-1);
    if (last === undefined) return;
    last.endedAt = Math.min(last.endedAt, now);
    last.hasFailed = hasFailed;
  }

  /** Whether a read that began at this moment was surely one beside a try. */
  wereMadeAt(moment: number): boolean {
    return this.#tries.some(
      ({ beganAt, endedAt, hasFailed }) => beganAt < moment && (hasFailed ? moment < endedAt : moment <= endedAt),
    );
  }

  /** Whether it may have been one: a try that failed may be followed by a read at the same moment. */
  mayHaveBeenMadeAt(moment: number): boolean {
    return this.#tries.some(({ beganAt, endedAt }) => beganAt < moment && moment <= endedAt);
  }
}
