import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedRequest } from './watched-request.ts';

/** A call that has taken longer may have been given up: the caller does not wait for all of it. Milliseconds. */
const VOIDING_MS = 300;

/**
 * Promises 1 and 3 for joined replies: both halves are about one customer, and a customer that one API erased is not
 * shown from the other. Stored entries of that customer are void once the caller has the answer.
 */
export class JoinedCheck implements Check {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  requestAnswered(request: WatchedRequest, { answer, joined }: LookupResult): void {
    const { main, supplement } = request.parts;
    if (supplement === undefined) return;
    const halves = request.lookups.map(({ result }) => result).filter((result) => result !== undefined);
    const erased = halves.map((half) => half.answer).find((half) => half.kind === 'erased');
    if (erased !== undefined && answer.kind !== 'erased') {
      this.#scene.fail(3, request, `shows "${answer.kind}" though one API says that the customer is erased`);
    }
    if (erased !== undefined && 'body' in erased) this.#noteErased(request, halves, erased.body);
    if (answer.kind === 'failed' || answer.kind === 'not-cached' || answer.kind === 'pending') return;
    const shown = this.#scene.answers.readBackAll(answer.body);
    if (shown.some(({ asked }) => asked.identity !== main.identity && asked.identity !== supplement.identity)) {
      this.#scene.fail(1, request, 'gets the answer to another request');
    }
    const customers = new Set(shown.map(({ customer }) => customer));
    if (customers.size > 1) this.#scene.fail(1, request, `joins the customers ${[...customers].join(' and ')}`);
    if (joined === 'joined' && shown.length < 2) this.#scene.fail(1, request, 'says "joined" and shows one half');
  }

  #noteErased(request: WatchedRequest, halves: readonly LookupResult[], word: string): void {
    const isStoreDown = halves.some(({ storeFailure }) => storeFailure !== undefined);
    const answeredAt = Math.max(...request.lookups.map((lookup) => lookup.answeredAt ?? 0));
    // After a standstill its deadline may have passed, and then it voids nothing.
    const isTimeOver = this.#scene.now - answeredAt > VOIDING_MS || request.hasStoodStill;
    if (isStoreDown || isTimeOver || request.hasTrouble) return;
    const learnt = this.#scene.answers.readBack(word);
    for (const { answer } of halves) {
      const found = answer.kind === 'found' ? this.#scene.answers.readBack(answer.body) : undefined;
      if (found?.customer === undefined || learnt === undefined) continue;
      const { customer } = found;
      this.#scene.acknowledge({ mode: 'delete', startedAt: learnt.truthAt, acknowledgedAt: this.#scene.now, customer });
    }
  }
}
