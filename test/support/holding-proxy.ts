import { forwardRequest } from './forward-request.ts';
import { startHttpServer } from './loopback-server.ts';

/**
 * Stands in front of a server. While it is closed, it holds each request back, so that a test decides the order of
 * events and needs no sleep. Closed after the test.
 */
export interface HoldingProxy {
  readonly url: string;
  /** How many requests have been answered since the start. */
  readonly answered: number;
  /** Holds requests from now on. */
  hold(): void;
  /** Waits until so many requests are held. */
  untilHeld(count: number): Promise<void>;
  /** Waits until so many requests have been answered since the start. */
  untilAnswered(count: number): Promise<void>;
  /** Passes on the held requests and all later ones. Waits until the held ones have been answered. */
  letGo(): Promise<void>;
}

export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  let isHolding = false;
  let answered = 0;
  const held: (() => Promise<void>)[] = [];
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watch of watchers) watch();
  };
  const until = (isReached: () => boolean) =>
    new Promise<void>((reached) => {
      const watch = () => {
        if (!isReached()) return;
        watchers.delete(watch);
        reached();
      };
      watchers.add(watch);
      watch();
    });
  const { url } = await startHttpServer((response, request) => {
    const forward = async () => {
      await forwardRequest(target, request, response);
      answered += 1;
      changed();
    };
    if (!isHolding) return forward();
    held.push(forward);
    changed();
  });
  return {
    url,
    get answered() {
      return answered;
    },
    hold: () => {
      isHolding = true;
    },
    untilHeld: (count) => until(() => held.length >= count),
    untilAnswered: (count) => until(() => answered >= count),
    letGo: async () => {
      isHolding = false;
      await Promise.all(held.splice(0).map((forward) => forward()));
    },
  };
}
