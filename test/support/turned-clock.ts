import { afterEach, jest } from '@jest/globals';

let offsetMs = 0;
let restore = () => {};

afterEach(() => {
  restore();
  restore = () => {};
  offsetMs = 0;
});

/**
 * Turns the wall clock of this process forward until the end of the test: entries age without a wait. Timers keep their
 * pace.
 * @param ms how far. Milliseconds.
 */
export function turnClock(ms: number): void {
  if (offsetMs === 0) {
    const now = Date.now.bind(Date);
    const spy = jest.spyOn(Date, 'now').mockImplementation(() => now() + offsetMs);
    restore = () => spy.mockRestore();
  }
  offsetMs += ms;
}
