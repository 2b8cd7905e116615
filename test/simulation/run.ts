import { availableParallelism } from 'node:os';
import { say, showProgress } from '../../bench/progress.ts';
import { counted } from '../../cli/counted.ts';
import { refuse, scriptOptions, usageOf } from '../../scripts/script-options.ts';
import { type HistoryResult, runHistory } from './history/history.ts';
import { THEMES, type Theme } from './history/theme.ts';
import type { SearchResult } from './search.ts';
import { searchInWorker } from './search-in-worker.ts';

/** Runs many histories, each from its own seed, and stops at the first broken promise. */
const OPTIONS = {
  seed: { type: 'string' },
  histories: { type: 'string', default: '20000' },
  from: { type: 'string', default: '1' },
  /** Only the histories of this theme; no seed draws those of `budget`. Default: all. */
  theme: { type: 'string' },
  'eventually-consistent': { type: 'boolean', default: false },
  /**
   * Some of the hits are audited. Without it, the run searches the histories without audits, and then some with
   * audits.
   */
  audits: { type: 'boolean', default: false },
  /** Some callers do not wait, or want a prefetch. Without it, the run searches some such histories at the end. */
  wishes: { type: 'boolean', default: false },
} as const;
const USAGE = usageOf('test:simulation', OPTIONS);
const values = scriptOptions('test:simulation', OPTIONS, USAGE);
for (const name of ['seed', 'histories', 'from'] as const) {
  if (values[name] !== undefined && !/^\d{1,15}$/.test(values[name])) {
    refuse(`--${name} is "${values[name]}"; allowed is a whole number.`, USAGE);
  }
}
const isEventuallyConsistent = values['eventually-consistent'];

/** Further acts of the callers of a history. */
interface Kind {
  readonly theme: Theme | undefined;
  readonly isAudited: boolean;
  readonly hasWishes: boolean;
}

const theme = THEMES.find((known) => known === values.theme);
if (values.theme !== undefined && theme === undefined) {
  refuse(`--theme is "${values.theme}"; allowed is ${THEMES.join(', ')}.`, USAGE);
}
/** A run that asks for nothing else also searches one of this number of histories of each further kind. */
const HISTORIES_PER_KIND = 20;

const FURTHER_KINDS: readonly Partial<Kind>[] = [
  { theme: 'budget', isAudited: true, hasWishes: true },
  // No seed draws these. Planted bugs are caught in them, which says nothing if the sound code breaks a promise there.
  { theme: 'marking' },
  { theme: 'unfolding' },
  { isAudited: true },
  { hasWishes: true },
];

const KIND: Kind = { theme, isAudited: values.audits, hasWishes: values.wishes };

process.exitCode = values.seed === undefined ? await searchAll() : await replay(Number(values.seed));

async function searchAll(): Promise<number> {
  const histories = Number(values.histories);
  const asksForMore = theme !== undefined || values.audits || values.wishes;
  const kinds = [KIND, ...(asksForMore ? [] : FURTHER_KINDS.map((further) => ({ ...KIND, ...further })))];
  for (const [index, kind] of kinds.entries()) {
    const exitCode = await search(index === 0 ? histories : Math.ceil(histories / HISTORIES_PER_KIND), kind);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

/** Replays one history, with a line for each step. */
async function replay(seed: number): Promise<number> {
  say(`Deterministic simulation: the history of seed ${seed}; each line: true time in ms, step.`);
  const result = await runHistory({ ...KIND, seed, isEventuallyConsistent, trace: say });
  say(numbers(1, result));
  return result.violation === undefined ? 0 : 1;
}

async function search(histories: number, kind: Kind): Promise<number> {
  const { theme, isAudited, hasWishes } = kind;
  const from = Number(values.from);
  const workers = Math.min(availableParallelism(), histories);
  const startedAt = performance.now();
  say(
    `Deterministic simulation${theme === undefined ? '' : ` (${theme})`}: ${counted(histories, 'history', 'histories')}, ` +
      `seeds ${from} to ${from + histories - 1}${isAudited ? ', with audits' : ''}${hasWishes ? ', with wishes' : ''}, ${counted(workers, 'thread')}.`,
  );
  const show = showProgress('Histories', histories);
  let searched = 0;
  const results = await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      const seeds = { from: from + index, to: from + histories - 1, step: workers };
      return searchInWorker({ ...seeds, ...kind, isEventuallyConsistent }, (count) => {
        searched += count;
        show(searched);
      });
    }),
  );
  show(histories);
  const broken = results.flatMap(({ broken }) => broken ?? []).sort((left, right) => left.seed - right.seed)[0];
  if (broken !== undefined) {
    say(`PROMISE ${broken.violation.promise} BROKEN, seed ${broken.seed}: ${broken.violation.what}`);
    await runHistory({ ...kind, seed: broken.seed, isEventuallyConsistent, trace: say });
    const mode = `${theme !== undefined ? ` --theme ${theme}` : ''}${isEventuallyConsistent ? ' --eventually-consistent' : ''}${isAudited ? ' --audits' : ''}${hasWishes ? ' --wishes' : ''}`;
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
  return `${counted(histories, 'history', 'histories')}, ${counted(result.operations, 'operation')}, ${counted(result.upstreamCalls, 'upstream call')}`;
}
