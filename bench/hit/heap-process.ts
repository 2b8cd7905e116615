/**
 * One process that calls functions by turns, and counts the bytes of heap that each call allocates. Run by fork() with
 * `--expose-gc` and a young generation that holds a whole turn: a `CallOrder` is the message to it, `HeapFigures` its
 * answer.
 */
import { type CallOrder, type CallResult, loadFunctions, toCallResult } from './called-functions.ts';

/** The answer: for each subject, in the order's sequence. */
export interface HeapFigures {
  readonly results: readonly CallResult[];
  /** What a call allocates, turn by turn. Bytes. */
  readonly bytes: readonly (readonly number[])[];
}

process.once('message', async ({ subjects, rounds, warmUpRounds, callsPerRound }: CallOrder) => {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Start this process with --expose-gc.');
  const loaded = await loadFunctions(subjects);
  const counted = loaded.map((each) => ({ ...each, bytes: [] as number[], result: undefined as unknown }));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const subject of counted) {
      // The runtime makes the event and the context: they do not count.
      const calls = Array.from({ length: callsPerRound }, (_, call) => ({
        event: structuredClone(subject.event),
        context: { awsRequestId: `request-${call}` },
      }));
      gc();
      const before = process.memoryUsage().heapUsed;
      for (const { event, context } of calls) subject.result = await subject.handler(event, context);
      const after = process.memoryUsage().heapUsed;
      if (round >= 0) subject.bytes.push((after - before) / callsPerRound);
    }
  }
  const figures: HeapFigures = {
    results: counted.map(({ result }) => toCallResult(result)),
    bytes: counted.map(({ bytes }) => bytes),
  };
  process.send?.(figures, () => process.exit(0));
});
