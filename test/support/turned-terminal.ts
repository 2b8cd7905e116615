import type { Ticking } from '../../cli/progress.ts';

/** A stream, a terminal or not, and time that stands still until the test turns it. */
export function turnedTerminal(isTTY: boolean) {
  const written: string[] = [];
  let tick: (() => void) | undefined;
  let now = 0;
  const time: Ticking = {
    now: () => now,
    every: (_ms, called) => {
      tick = called;
      return () => {
        tick = undefined;
      };
    },
  };
  return {
    written,
    stream: { isTTY, write: (text: string) => written.push(text) },
    time,
    turn: (ms: number) => {
      now += ms;
      tick?.();
    },
  };
}
