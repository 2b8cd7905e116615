import type { Revalidation } from '../answers.ts';
import type { KeyedAsked } from '../asked.ts';
import type { RevalidationMark, StoredItem } from '../entry.ts';
import type { ForwardReason } from '../freshness.ts';
import type { Clock, Revalidator } from '../ports.ts';
import { handOverMark, invoke, isHeldBack } from '../revalidation.ts';

/** How many times a look-up tries to hand its fetch over, if the store is in trouble or other writes are first. */
const MAX_TRIES = 3;

/** What a look-up needs to hand its fetch over. */
export interface HandOverOptions {
  readonly clock: Clock;
  /** A number from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  readonly revalidator: Revalidator;
  /** The length of a lease: a caller that waits at least this long gets its own fetch. Milliseconds. */
  readonly leaseMs: number;
  /** Whether the item shows that a fetch is in progress. */
  readonly isFetching: (item: StoredItem) => boolean;
}

/** A mark, and the mark before it. */
interface Marked {
  readonly mark: RevalidationMark;
  readonly previous: RevalidationMark | undefined;
}

/** The result of handing a fetch over; `busy`: the look-up could not try, or another write was first. */
export type HandedOver = Revalidation | 'busy';

/**
 * The fetch of a caller that does not wait for it (`Prefer: wait`). On Lambda a function stops running when it has
 * answered, so this look-up never makes the fetch itself. It asks another invocation for the fetch at once, and waits
 * for it like other look-ups. In these cases it ignores the caller's preference:
 *
 * - if a fetch of another invocation cannot give the answer: no-store, or a fresh entry that is not new enough
 * - if the last answer may not be stored: the caller would get "pending" forever
 * - if a revalidation failed a short time ago, or if handing the fetch over failed
 */
export class HandOver {
  readonly #asked: KeyedAsked;
  readonly #options: HandOverOptions;
  #tries = 0;
  /**
   * The marks that this look-up sent. Any of them may be on the item, even if the store did not confirm it. The store
   * may write a late mark after the look-up sent the next one. If a mark is sent twice, the store refuses the second.
   */
  readonly #marked: Marked[] = [];
  #hasAsked = false;
  #isImpossible = false;

  constructor(asked: KeyedAsked, options: HandOverOptions) {
    this.#asked = asked;
    this.#options = options;
  }

  /** How much longer the caller waits; 0 or less: no longer; undefined: as long as it takes. Milliseconds. */
  waitMsLeft(item: StoredItem, reason: ForwardReason): number | undefined {
    const { waitMs, startedAt, directives } = this.#asked;
    if (waitMs === undefined || this.#isImpossible || reason === 'request' || directives.noStore) return undefined;
    const kind = item.outcome?.kind;
    if (kind === 'not-stored' || kind === 'erased' || (this.#hasFailed(item) && !this.#hasAsked)) return undefined;
    const leftMs = waitMs - (this.#options.clock.monotonicNow() - startedAt);
    return leftMs < this.#options.leaseMs || this.#hasAsked ? leftMs : undefined;
  }

  /** Whether this look-up or another one asked another invocation for a fetch that may not have begun. */
  isAsked(item: StoredItem): boolean {
    if (this.#asked.waitMs === undefined) return false;
    return this.#hasAsked || (!this.#isDue(item) && !this.#hasFailed(item));
  }

  /** Asks for the fetch in another invocation. */
  async ask(item: StoredItem): Promise<HandedOver> {
    return (await this.#asked.crowd.askOnce(() => this.#askFor(item))) ?? 'busy';
  }

  /**
   * Does the same for a prefetch of a stale entry. It asks for nothing if another look-up fetches or has asked for a
   * fetch, or if a failed revalidation holds it back.
   * @returns `lost`: no invocation can be asked, so the entry is the answer
   */
  async askIfDue(item: StoredItem): Promise<HandedOver> {
    if (this.#options.isFetching(item) || !this.#isDue(item)) return 'not-asked';
    const handedOver = await this.ask(item);
    const isOver = this.#isImpossible || this.#asked.store.isBypassed;
    return handedOver === 'busy' && isOver ? 'lost' : handedOver;
  }

  async #askFor(item: StoredItem): Promise<HandedOver> {
    const { key, store } = this.#asked;
    const known = this.#markedByUs(item);
    const { clock, random } = this.#options;
    const ours = { mark: handOverMark(item, clock.now(), random()), previous: item.revalidation };
    const { mark, previous } = known ?? ours;
    if (known === undefined) {
      this.#tries += 1;
      this.#marked.push(ours);
      const isMarked = await store.attempt((each) => each.markRevalidation(key, item, mark));
      this.#isImpossible = isMarked !== true && this.#tries >= MAX_TRIES;
      if (isMarked !== true) return 'busy';
    }
    const asked = await invoke(this.#options, this.#asked, mark, previous);
    this.#hasAsked = asked === 'asked';
    this.#isImpossible = asked !== 'asked';
    return asked;
  }

  /** Whether no other look-up has asked for a fetch, and no failed revalidation holds it back. */
  #isDue(item: StoredItem): boolean {
    return !isHeldBack(item, this.#options.clock.now()) || this.#markedByUs(item) !== undefined;
  }

  /** The item's mark, if this look-up sent it and the store did not confirm it: no look-up has asked yet. */
  #markedByUs({ revalidation }: StoredItem): Marked | undefined {
    return this.#marked.find(({ mark }) => mark.until === revalidation?.until);
  }

  /** Whether a revalidation failed so recently that the look-up must not ask for another. */
  #hasFailed(item: StoredItem): boolean {
    return isHeldBack(item, this.#options.clock.now()) && (item.revalidation?.backoffMs ?? 0) > 0;
  }
}
