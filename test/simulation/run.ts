import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type HistoryResult, runHistory } from './history/history.ts';
import type { SearchResult } from './search.ts';
import { searchInWorker } from './search-in-worker.ts';

/** Runs many histories, each from a seed of its own, and stops at the first promise that does not hold. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    histories: { type: 'string', default: '20000' },
    from: { type: 'string', default: '1' },
    'eventually-consistent': { type: 'boolean', default: false },
  },
});
const isEventuallyConsistent = values['eventually-consistent'];

process.exitCode = values.seed === undefined ? await search() : await replay(Number(values.seed));

/** Replays one history, with a line for each step. */
async function replay(seed: number): Promise<number> {
  say(`Deterministic simulation: the history of seed ${seed}; each line: true time in ms, step.`);
  const result = await runHistory({ seed, isEventuallyConsistent, trace: say });
  say(numbers(1, result));
  return result.violation === undefined ? 0 : 1;
}

async function search(): Promise<number> {
  const from = Number(values.from);
  const histories = Number(values.histories);
  const workers = Math.min(availableParallelism(), histories);
  const startedAt = performance.now();
  say(
    `Deterministic simulation: ${histories} histories, seeds ${from} to ${from + histories - 1}, ${workers} threads.`,
  );
  const results = await Promise.all(
    Array.from({ length: workers }, (_, index) =>
      searchInWorker({ from: from + index, to: from + histories - 1, step: workers, isEventuallyConsistent }),
    ),
  );
  const broken = results.flatMap(({ broken }) => broken ?? []).sort((left, right) => left.seed - right.seed)[0];
  if (broken !== undefined) {
    say(`PROMISE ${broken.violation.promise} BROKEN, seed ${broken.seed}: ${broken.violation.what}`);
    await runHistory({ seed: broken.seed, isEventuallyConsistent, trace: say });
    const mode = isEventuallyConsistent ? ' --eventually-consistent' : '';
    say(`Replay: npm run test:simulation -- --seed ${broken.seed}${mode}`);
  }
  const sum = (count: (result: SearchResult) => number) => results.reduce((total, each) => total + count(each), 0);
  const counts = { operations: sum((each) => each.operations), upstreamCalls: sum((each) => each.upstreamCalls) };
  say(
    `${numbers(
      sum((each) => each.histories),
      counts,
    )}, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
  );
  return broken === undefined ? 0 : 1;
}

function numbers(histories: number, result: Pick<HistoryResult, 'operations' | 'upstreamCalls'>): string {
  return `${histories} histories, ${result.operations} operations, ${result.upstreamCalls} upstream calls`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
