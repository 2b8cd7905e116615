import { forwardRequest } from './forward-request.ts';
import { startHttpServer } from './loopback-server.ts';

/**
 * Stands in front of a server. While it is closed, it holds each request back, so that a test decides the order of
 * events and needs no sleep. Closed after the test.
 */
export interface HoldingProxy {
  readonly url: string;
  /** Holds what comes from now on. */
  hold(): void;
  /** Waits until so many requests are held. */
  untilHeld(count: number): Promise<void>;
  /** Hands on what is held and what comes from now on. Waits until what was held has been answered. */
  letGo(): Promise<void>;
}

export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  let isHolding = false;
  const held: (() => Promise<void>)[] = [];
  let watch = () => {};
  const { url } = await startHttpServer((response, request) => {
    const forward = () => forwardRequest(target, request, response);
    if (!isHolding) return forward();
    held.push(forward);
    watch();
  });
  return {
    url,
    hold: () => {
      isHolding = true;
    },
    untilHeld: (count) =>
      new Promise((reached) => {
        watch = () => held.length >= count && reached();
        watch();
      }),
    letGo: async () => {
      isHolding = false;
      await Promise.all(held.splice(0).map((forward) => forward()));
    },
  };
}
