import type { Api } from '../../../../../functions/customer/request/canonical-request.ts';
import { UpstreamPauseGate } from '../../../../../functions/lookup/forward/pause/upstream-pause-gate.ts';
import type { Clock, UpstreamPause, UpstreamPauses } from '../../../../../functions/lookup/ports.ts';
import { StoreAccess } from '../../../../../functions/lookup/store-access.ts';
import { StoreUnavailableError } from '../../../../../functions/lookup/store-unavailable-error.ts';
import { StoreVitality } from '../../../../../functions/lookup/store-vitality.ts';
import type { UpstreamOutcome } from '../../../../../functions/lookup/upstream.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { found } from '../../../../support/scripted-upstream.ts';

export const WELL = found('{"id":1}');
/** A 429, with the time to wait or without. */
export const throttled = (retryAfterMs?: number): UpstreamOutcome => ({
  kind: 'failed',
  failure: 'throttled',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

export const UNREACHABLE: UpstreamOutcome = { kind: 'failed', failure: 'connection' };

/** The pauses of a table, and the calls to it. */
class Pauses implements UpstreamPauses {
  readonly items = new Map<Api, UpstreamPause>();
  readonly calls: string[] = [];
  isDown = false;
  /** Until then the answers of reads are on their way. */
  held = Promise.resolve();

  /** Keeps the answers of reads on their way. @returns a function that lets them arrive */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.held = promise;
    return resolve;
  }

  async readPause(api: Api) {
    this.#call('readPause');
    const pause = this.items.get(api);
    await this.held;
    return pause;
  }

  async writePause(api: Api, pause: Pick<UpstreamPause, 'until' | 'since'>) {
    this.#call('writePause');
    if ((this.items.get(api)?.until ?? 0) < pause.until) this.items.set(api, { turns: 0, probedAt: 0, ...pause });
  }

  async takeTurn(api: Api, until: number, atMost: number) {
    this.#call('takeTurn');
    const pause = this.items.get(api);
    if (pause?.until !== until || pause.turns >= atMost) return false;
    this.items.set(api, { ...pause, turns: pause.turns + 1 });
    return true;
  }

  async takeProbe(api: Api, until: number, probedAt: number, now: number) {
    this.#call('takeProbe');
    const pause = this.items.get(api);
    if (pause?.until !== until || pause.probedAt !== probedAt) return false;
    this.items.set(api, { ...pause, probedAt: now });
    return true;
  }

  async endPause(api: Api, until: number, now: number) {
    this.#call('endPause');
    const pause = this.items.get(api);
    if (pause?.until === until) this.items.set(api, { ...pause, until: now });
  }

  #call(name: string) {
    this.calls.push(name);
    if (this.isDown) throw new StoreUnavailableError('TimeoutError');
  }
}

/** A fleet and the table of its pauses: `instance` adds one more process. */
export function startPauses(random = () => 0) {
  const clock = new ManualClock();
  const pauses = new Pauses();
  const access = () => new StoreAccess({ store: pauses, clock, random, vitality: new StoreVitality() });
  const call = (attempts: number) => ({
    askedAt: clock.now(),
    durationMs: 0,
    attempts,
    status: undefined,
    requestId: undefined,
  });
  /** @param ownClock default: the clock of all */
  const instance = (ownClock: Clock = clock) => {
    const gate = new UpstreamPauseGate(ownClock, random);
    /** One look-up: asks, if it may; says whether it did, or for how long it must not. */
    const ask = async (outcome: UpstreamOutcome, api: Api = 'v2') => {
      const store = access();
      const permit = await gate.enter(api, store);
      if (permit.kind === 'failed') return permit.retryAfterMs;
      await gate.leave(permit, store, outcome, call(1));
      return 'asked';
    };
    /** A look-up that has the right to ask, and gets its answer later from the test. */
    const begin = async () => {
      const store = access();
      const permit = await gate.enter('v2', store);
      if (permit.kind === 'failed') throw new Error('The gate gives no right to ask.');
      return (outcome: UpstreamOutcome, attempts = 1) => gate.leave(permit, store, outcome, call(attempts));
    };
    return { gate, ask, begin };
  };
  return { clock, pauses, store: access, instance, ...instance() };
}
