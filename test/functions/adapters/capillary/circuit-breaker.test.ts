import { describe, expect, test } from '@jest/globals';
import {
  CircuitBreaker,
  type Passage,
  type Verdict,
} from '../../../../functions/adapters/capillary/circuit-breaker.ts';
import { fc, runs } from '../../../support/properties.ts';

function start() {
  let now = 0;
  const breaker = new CircuitBreaker(() => now);
  /** One look-up from beginning to end; if it may not ask, the time for which it must not. */
  const lookUp = (verdict: Verdict): number | undefined => {
    const passage = breaker.enter();
    if (typeof passage === 'number') return passage;
    passage.end(verdict);
    return undefined;
  };
  const fail = (times: number) => {
    for (let time = 0; time < times; time += 1) expect(lookUp('failed')).toBeUndefined();
  };
  const pass = () => {
    const passage = breaker.enter();
    if (typeof passage === 'number') throw new Error('The breaker is open.');
    return passage;
  };
  return { breaker, lookUp, fail, pass, advance: (ms: number) => (now += ms) };
}

describe('the breaker', () => {
  test('opens after five failed look-ups in a row, for a second', () => {
    const { lookUp, fail, advance } = start();
    fail(5);
    expect(lookUp('well')).toBe(1000);
    advance(400);
    expect(lookUp('well')).toBe(600);
    advance(599);
    expect(lookUp('well')).toBe(1);
    advance(1);
    expect(lookUp('well')).toBeUndefined();
  });

  test('counts failures in a row: one success resets the count', () => {
    const { lookUp, fail } = start();
    fail(4);
    lookUp('well');
    fail(4);
    expect(lookUp('well')).toBeUndefined();
  });

  test('ignores an outcome that says nothing about the upstream', () => {
    const { lookUp, fail } = start();
    fail(4);
    for (let time = 0; time < 20; time += 1) lookUp('unknown');
    fail(1);
    expect(lookUp('well')).toBe(1000);
  });

  test('lets one through at a time when it is half open, and refuses the others at once', () => {
    const { lookUp, fail, pass, advance } = start();
    fail(5);
    advance(1000);
    const probe = pass();
    for (let time = 0; time < 3; time += 1) expect(lookUp('well')).toBe(1000);
    probe.end('well');
    fail(4);
    expect(lookUp('well')).toBeUndefined();
  });

  test('doubles how long it is open while the probe fails, up to five seconds', () => {
    const { lookUp, fail, advance } = start();
    fail(5);
    advance(1000);
    for (const openMs of [2000, 4000, 5000, 5000]) {
      fail(1);
      expect(lookUp('well')).toBe(openMs);
      advance(openMs);
    }
    lookUp('well');
    // Closed: it begins with a second again.
    fail(5);
    expect(lookUp('well')).toBe(1000);
  });

  test('a probe that was abandoned says nothing: the next one is let through', () => {
    const { lookUp, fail, pass, advance } = start();
    fail(5);
    advance(1000);
    pass().end('unknown');
    const probe = pass();
    expect(lookUp('well')).toBe(1000);
    probe.end('failed');
    expect(lookUp('well')).toBe(2000);
  });

  const invalidOf = (customer: string): Verdict => ({ invalidOf: customer });

  test('B6: counts invalid replies once for each customer', () => {
    const { lookUp } = start();
    for (const customer of ['a', 'a', 'b', 'a', 'c', 'b', 'd', 'd']) {
      expect(lookUp(invalidOf(customer))).toBeUndefined();
    }
    expect(lookUp(invalidOf('e'))).toBeUndefined();
    expect(lookUp('well')).toBe(1000);
  });

  test('B6: counts invalid replies and failures together', () => {
    const { lookUp, fail } = start();
    fail(3);
    lookUp(invalidOf('a'));
    lookUp(invalidOf('a'));
    expect(lookUp('failed')).toBeUndefined();
    expect(lookUp('well')).toBe(1000);
  });

  test('B6: starts to count again after a successful look-up, for each customer too', () => {
    const { lookUp } = start();
    for (let time = 0; time < 3; time += 1) {
      for (const customer of ['a', 'b', 'c', 'd']) expect(lookUp(invalidOf(customer))).toBeUndefined();
      expect(lookUp('well')).toBeUndefined();
    }
    for (const customer of ['a', 'b', 'c', 'd', 'e']) lookUp(invalidOf(customer));
    expect(lookUp('well')).toBe(1000);
  });

  test('B6: half open, opens again only for a customer with a new invalid reply', () => {
    const { lookUp, fail, advance } = start();
    fail(5);
    advance(1000);
    expect(lookUp(invalidOf('a'))).toBeUndefined();
    expect(lookUp('well')).toBe(2000);
    advance(2000);
    expect(lookUp(invalidOf('a'))).toBeUndefined();
    expect(lookUp(invalidOf('b'))).toBeUndefined();
    expect(lookUp('well')).toBe(4000);
  });

  test('remembers the customers of the last hundred invalid replies', () => {
    const { lookUp, fail, advance } = start();
    fail(5);
    for (let customer = 0; customer < 101; customer += 1) {
      advance(5000);
      expect(lookUp(invalidOf(String(customer)))).toBeUndefined();
    }
    advance(5000);
    expect(lookUp(invalidOf('1'))).toBeUndefined();
    expect(lookUp(invalidOf('0'))).toBeUndefined();
    expect(lookUp('well')).toBe(5000);
  });

  test('look-ups that were under way when it opened neither close it nor keep it open for longer', () => {
    const { lookUp, fail, pass, advance } = start();
    const early = Array.from({ length: 5 }, () => pass());
    const well = pass();
    fail(5);
    advance(400);
    for (const passage of early) passage.end('failed');
    well.end('well');
    expect(lookUp('well')).toBe(600);
    advance(600);
    expect(lookUp('failed')).toBeUndefined();
    expect(lookUp('well')).toBe(2000);
  });

  test('whatever happens, at most one asks while it is not closed, and never while it is open', () => {
    const steps = fc.array(fc.oneof(fc.nat(6000), fc.constantFrom('enter', 'well', 'failed', 'unknown')), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(steps, (history) => {
        const { breaker, advance } = start();
        const under: Passage[] = [];
        let failuresInARow = 0;
        for (const step of history) {
          if (typeof step === 'number') advance(step);
          else if (step === 'enter') {
            const passage = breaker.enter();
            if (typeof passage !== 'number') under.push(passage);
            else {
              expect(passage).toBeGreaterThan(0);
              expect(passage).toBeLessThanOrEqual(5000);
              expect(failuresInARow).toBeGreaterThanOrEqual(5);
            }
          } else {
            const passage = under.shift();
            if (passage === undefined) continue;
            passage.end(step as Verdict);
            if (step === 'failed') failuresInARow += 1;
            if (step === 'well' && failuresInARow < 5) failuresInARow = 0;
          }
        }
      }),
      runs(500),
    );
  });
});
