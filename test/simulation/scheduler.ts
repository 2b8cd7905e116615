import type { Random } from './random.ts';

interface Step {
  readonly at: number;
  /** Orders steps of the same moment, by the seed. */
  readonly rank: number;
  readonly take: () => void;
}

/**
 * True time, and the event of each moment. Steps are taken one after the other. After each step, all code continues
 * that waits for nothing else, so that one seed decides the whole order.
 */
export class Scheduler {
  /** Milliseconds since the history began. */
  now = 0;
  readonly #random: Random;
  readonly #heap: Step[] = [];
  #hasResumed = false;
  #isStopped = false;

  constructor(random: Random) {
    this.#random = random;
  }

  at(moment: number, take: () => void): void {
    this.#push({ at: Math.max(moment, this.now), rank: this.#random.next(), take });
  }

  after(ms: number, take: () => void): void {
    this.at(this.now + ms, take);
  }

  /** Says that the present step has let some code continue. */
  resumed(): void {
    this.#hasResumed = true;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Takes every step, and the steps that follow from them. */
  async run(): Promise<void> {
    for (;;) {
      const step = this.#isStopped ? undefined : this.#pop();
      if (step === undefined) return;
      this.now = step.at;
      this.#hasResumed = false;
      step.take();
      // A turn of the event loop: by then every promise that could be settled has been.
      if (this.#hasResumed) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #push(step: Step): void {
    const heap = this.#heap;
    let child = heap.length;
    heap.push(step);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isEarlier(step, heap[parent]!)) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = step;
  }

  #pop(): Step | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isEarlier(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isEarlier(heap[child]!, last)) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = last;
    return first;
  }
}

function isEarlier(left: Step, right: Step): boolean {
  return left.at < right.at || (left.at === right.at && left.rank < right.rank);
}
