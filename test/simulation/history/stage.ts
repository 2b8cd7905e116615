import type { Checker } from '../checker/checker.ts';
import type { Instance } from '../instance.ts';
import type { SimulatedStore } from '../store/simulated-store.ts';
import type { SimulatedUpstream } from '../upstream/simulated-upstream.ts';
import type { World } from '../world.ts';
import type { Service } from './service.ts';
import type { CallersSubject } from './subjects.ts';
import type { Theme } from './theme.ts';
import type { Wishes } from './wishes.ts';

/** Everything on which the parts of a history act. */
export interface Stage {
  readonly theme: Theme;
  readonly world: World;
  readonly store: SimulatedStore;
  readonly upstream: SimulatedUpstream;
  readonly checker: Checker;
  readonly instances: readonly Instance[];
  readonly services: ReadonlyMap<Instance, Service>;
  /** The wishes of callers besides an answer. */
  readonly wishes: Wishes;
  /** The subjects that callers ask for. */
  readonly subjects: readonly CallersSubject[];
  /** Lets an instance begin some work at this moment, and counts it. */
  begin(instance: Instance, act: () => Promise<void>): void;
}

/** An instance that still runs; if none does, one that answers no caller. */
export function anyInstance({ instances, world }: Pick<Stage, 'instances' | 'world'>): Instance {
  const running = instances.filter(({ isCrashed }) => !isCrashed);
  return running.length === 0 ? instances[0]! : world.random.pick(running);
}
