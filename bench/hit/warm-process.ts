/**
 * One process that calls functions in turn, many times, and measures the CPU time of each call. Run by fork(): a
 * `CallOrder` is the message to it, `WarmMessage`s are its answers.
 */
import { type CallOrder, type CallResult, loadFunctions, toCallResult } from './called-functions.ts';
import { outcomeOf } from './outcome.ts';

/** What the process tells: a round that began, or the results. */
export type WarmMessage =
  | { readonly kind: 'round'; readonly round: number }
  | {
      readonly kind: 'done';
      readonly results: readonly CallResult[];
      /** The CPU time of a call, by subject and round: all threads of the process together. Microseconds. */
      readonly cpuUs: readonly (readonly number[])[];
      /** How the last calls of all rounds ended, by subject, without repetition. */
      readonly outcomes: readonly (readonly string[])[];
    };

process.once('message', async (order: CallOrder) => {
  const { rounds, callsPerRound, warmUpRounds } = order;
  const loaded = await loadFunctions(order.subjects);
  const subjects = loaded.map((each) => ({
    ...each,
    nextEvent: (each.events ?? []).values(),
    cpuUs: [] as number[],
    outcomes: new Set<string>(),
  }));
  const results: CallResult[] = [];
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    // The order changes each round: the machine may be in another state at the first turn than at the last one.
    const turns = [...subjects.entries()];
    if (round % 2 !== 0) turns.reverse();
    for (const [position, { event, nextEvent, handler, cpuUs, outcomes }] of turns) {
      let last: unknown;
      const before = process.cpuUsage();
      for (let call = 0; call < callsPerRound; call += 1) {
        // A copy, because the runtime makes one of the text that it gets; and a text, because it sends one.
        const result = await handler(JSON.parse(JSON.stringify(nextEvent.next().value ?? event)), {
          awsRequestId: `request-${call}`,
        });
        JSON.stringify(result);
        last = result;
      }
      const { user, system } = process.cpuUsage(before);
      results[position] = toCallResult(last);
      outcomes.add(outcomeOf(last));
      if (round >= 0) cpuUs.push((user + system) / callsPerRound);
    }
    process.send?.({ kind: 'round', round: Math.max(0, round + 1) } satisfies WarmMessage);
  }
  const done: WarmMessage = {
    kind: 'done',
    results,
    cpuUs: subjects.map(({ cpuUs }) => cpuUs),
    outcomes: subjects.map(({ outcomes }) => [...outcomes]),
  };
  process.send?.(done, () => process.exit(0));
});
