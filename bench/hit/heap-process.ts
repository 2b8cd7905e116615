/**
 * One process that calls functions by turns, and counts the bytes of heap that each call allocates. Run by fork() with
 * `--expose-gc` and a young generation that holds a whole turn: a `HeapOrder` is the message to it, `HeapFigures` its
 * answer.
 */
import type { WarmSubject } from './warm-process.ts';

// Lambda's runtime client has loaded it before the function is imported.
process.getBuiltinModule('node:http');

/** The order of a process that counts. */
export interface HeapOrder {
  readonly subjects: readonly WarmSubject[];
  /** How many turns of each subject are counted. */
  readonly rounds: number;
  /** How many turns of each subject go before them. */
  readonly warmUpRounds: number;
  /** The number of calls in a turn. */
  readonly callsPerRound: number;
}

/** The answer: for each subject, in the order's sequence. */
export interface HeapFigures {
  /** The status and the Cache-Status of the last call. */
  readonly answers: readonly { readonly status: number; readonly cacheStatus: string }[];
  /** What a call allocates, turn by turn. Bytes. */
  readonly bytes: readonly (readonly number[])[];
}

interface Answer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
}

process.once('message', async ({ subjects, rounds, warmUpRounds, callsPerRound }: HeapOrder) => {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Start this process with --expose-gc.');
  const counted = await Promise.all(
    subjects.map(async ({ index, event }) => {
      const { handler } = (await import(index)) as {
        readonly handler: (event: unknown, context: unknown) => Promise<Answer>;
      };
      return { handler, event, bytes: [] as number[], answer: { status: 0, cacheStatus: '' } };
    }),
  );
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const subject of counted) {
      // The runtime makes the event and the context: they do not count.
      const calls = Array.from({ length: callsPerRound }, (_, call) => ({
        event: structuredClone(subject.event),
        context: { awsRequestId: `request-${call}` },
      }));
      gc();
      const before = process.memoryUsage().heapUsed;
      let last: Answer | undefined;
      for (const { event, context } of calls) last = await subject.handler(event, context);
      const after = process.memoryUsage().heapUsed;
      if (round >= 0) subject.bytes.push((after - before) / callsPerRound);
      subject.answer = { status: last?.statusCode ?? 0, cacheStatus: last?.headers?.['Cache-Status'] ?? '' };
    }
  }
  const figures: HeapFigures = {
    answers: counted.map(({ answer }) => answer),
    bytes: counted.map(({ bytes }) => bytes),
  };
  process.send?.(figures, () => process.exit(0));
});
