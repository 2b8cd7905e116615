import { describe, expect, test } from '@jest/globals';
import { bar, createProgress } from '../../cli/progress.ts';
import { turnedTerminal } from '../support/turned-terminal.ts';

const CLEAR = '\r\u001B[K';

describe('progress', () => {
  test('is a spinner on a terminal, which leaves nothing behind', async () => {
    const { written, stream, time, turn } = turnedTerminal(true);
    const answer = await createProgress(stream, time).during('Asking', async () => {
      turn(100);
      turn(100);
      return 7;
    });
    expect(answer).toBe(7);
    expect(written).toEqual([`${CLEAR}⠋ Asking`, `${CLEAR}⠙ Asking`, CLEAR]);
    turn(100);
    expect(written).toHaveLength(3);
  });

  test('is a bar with the remaining time if the length is known, and shows the latest work', async () => {
    const { written, stream, time, turn } = turnedTerminal(true);
    const progress = createProgress(stream, time);
    await progress.during('Asking', () =>
      progress.waiting('Waiting', 10_000, async () => {
        turn(5000);
      }),
    );
    expect(written[0]).toBe(`${CLEAR}Waiting [${'#'.repeat(15)}${'.'.repeat(15)}] 5 s left`);
  });

  test('is a bar with an estimate if the work tells its share', async () => {
    const { written, stream, time, turn } = turnedTerminal(true);
    await createProgress(stream, time).counting('Playing', async (tell) => {
      turn(1000);
      tell(0.2);
      turn(1000);
    });
    expect(written).toEqual([
      `${CLEAR}Playing …`,
      `${CLEAR}Playing [${'#'.repeat(6)}${'.'.repeat(24)}] 8 s left`,
      CLEAR,
    ]);
  });

  test('fits in one row of a narrow terminal: a second row would stay behind', async () => {
    const { written, stream, time, turn } = turnedTerminal(true);
    await createProgress({ ...stream, columns: 20 }, time).waiting('Playing', 10_000, async () => {
      turn(5000);
    });
    expect(written[0]).toBe(`${CLEAR}Playing [${'#'.repeat(10)}`);
  });

  test('leaves nothing behind if the work fails', async () => {
    const { written, stream, time, turn } = turnedTerminal(true);
    const failing = createProgress(stream, time).during('Asking', async () => {
      turn(100);
      throw new Error('failed');
    });
    await expect(failing).rejects.toThrow('failed');
    expect(written.at(-1)).toBe(CLEAR);
  });

  test('is one plain line elsewhere, if the work takes long, and nothing if it is quiet', async () => {
    const { written, stream, time, turn } = turnedTerminal(false);
    const long = async () => {
      turn(1000);
      turn(1000);
    };
    await createProgress(stream, time).during('Asking shortly', async () => undefined);
    turn(1000);
    await createProgress(stream, time, { isQuiet: true }).during('Asking quietly', long);
    expect(written).toEqual([]);
    await createProgress(stream, time).during('Asking', long);
    expect(written).toEqual(['Asking …\n']);
  });

  test.each([
    [0, 10_000, 0, '10 s left'],
    [4000, 10_000, 12, '6 s left'],
    [9999, 10_000, 30, '1 s left'],
    [20_000, 10_000, 30, '0 s left'],
    [0, 119_000, 0, '119 s left'],
    [60_000, 240_001, 7, '4 min left'],
    [0, 0, 30, '0 s left'],
  ])('a bar at %d of %d ms', (doneMs, lengthMs, filled, words) => {
    expect(bar(doneMs, lengthMs)).toBe(`[${'#'.repeat(filled)}${'.'.repeat(30 - filled)}] ${words}`);
  });
});
