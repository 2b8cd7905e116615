import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { StoreEffect } from '../store/store-user.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** Promise 1: an answer is only ever the upstream's answer to the same request, trimmed by this deployment's projection. */
export class IsolationCheck implements Check {
  readonly #scene: Scene;
  readonly #meaningOfKey = new Map<string, string>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  upstreamCalled(lookup: WatchedLookup): void {
    if (lookup.foreignCall !== undefined) {
      this.#scene.fail(1, lookup, `asks the upstream for ${lookup.foreignCall}`);
    }
  }

  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void {
    if (effect.kind !== 'written') return;
    const { key, entry } = effect;
    const meaning = `${lookup.identity} ${lookup.instance.policy.projections[lookup.asked.api].fields}`;
    const keyText = `${key.partition} ${key.variant}`;
    const known = this.#meaningOfKey.get(keyText) ?? meaning;
    this.#meaningOfKey.set(keyText, known);
    if (known !== meaning) this.#scene.fail(1, lookup, `writes ${meaning} where ${known} lies`);
    const fetched = this.#scene.answers.readBack(entry.body);
    if (fetched?.asked.identity !== lookup.identity) this.#scene.fail(1, lookup, 'stores what is no answer to it');
  }

  answered(lookup: WatchedLookup, { answer, cache }: LookupResult): void {
    if (answer.kind === 'failed' || answer.kind === 'not-cached' || answer.kind === 'pending') return;
    const isSilent = answer.kind === 'refused' && answer.body === '';
    const fetched = isSilent ? lookup.ownAnswer : this.#scene.answers.readBack(answer.body);
    if (fetched?.asked.identity !== lookup.identity) {
      this.#scene.fail(1, lookup, `gets the answer to ${fetched?.asked.identity}`);
      return;
    }
    if (fetched.outcome.kind !== answer.kind) this.#scene.fail(1, lookup, 'gets an answer of another kind');
    const isWide = /"last_?name"/i.test(answer.body);
    const { fields } = lookup.instance.policy.projections[lookup.asked.api];
    if (answer.kind === 'found' && isWide !== /last_?name|\*/i.test(fields)) {
      this.#scene.fail(1, lookup, "gets what another deployment's projection keeps");
    }
    if (cache.status === 'forward' && fetched !== lookup.ownAnswer) {
      this.#scene.fail(1, lookup, 'gets an answer that it did not fetch');
    }
  }
}
