import { LABELS } from '../../local/observation/live-line.ts';
import { counted } from '../counted.ts';
import type { Frame, Output } from '../output.ts';
import { LOOKUP_OUTCOMES, type Spread, type Tally } from './tally.ts';

/** The content of the output at one moment. */
export interface Watched {
  /** The service's address, or the deployment's name. */
  readonly of: string;
  /** The length of the tally's time. Seconds. */
  readonly seconds: number;
  readonly tally: Tally;
  /** The tally since the start of the command. Undefined: not known. */
  readonly total?: (Pick<Watched, 'seconds'> & { readonly tally: Tally }) | undefined;
}

/** The columns of the table. Characters; a watch of days still fits (`in all 86400 s`). */
const LABEL_WIDTH = 12;
const NUMBER_WIDTH = 16;

/** A screen for a terminal, a line for another output, a document for a program. */
export function frameOf(watched: Watched, { paint }: Pick<Output, 'paint'>): Frame {
  const { of, seconds, tally, total } = watched;
  const heading = ['', `last ${seconds} s`, ...(total === undefined ? [] : [`in all ${total.seconds} s`])];
  const rows = LOOKUP_OUTCOMES.map((outcome) => {
    const [label, colour] = LABELS[outcome];
    const cells = [tally, ...(total === undefined ? [] : [total.tally])].map(({ counts }) =>
      String(counts[outcome] ?? 0),
    );
    return [paint(label.padEnd(LABEL_WIDTH), colour), ...cells.map((cell) => cell.padStart(NUMBER_WIDTH))].join('');
  });
  const [first = '', ...others] = heading;
  return {
    json: watched,
    line: lineOf(tally, seconds),
    screen: [
      `${of}  (Ctrl-C ends)`,
      '',
      [first.padEnd(LABEL_WIDTH), ...others.map((cell) => cell.padStart(NUMBER_WIDTH))].join(''),
      ...rows,
      '',
      ...summaryLines((total ?? watched).tally),
    ],
  };
}

function lineOf(tally: Tally, seconds: number): string {
  const { lookups, counts, hitRatio, hitMs, upstreamCalls, upstreamFailures, budgetRefusals, storeFailures } = tally;
  const outcomes = LOOKUP_OUTCOMES.flatMap((outcome) => (counts[outcome] ? [`${outcome} ${counts[outcome]}`] : []));
  const parts = [
    `${seconds} s`,
    `look-ups ${lookups}`,
    ...outcomes,
    ...(hitRatio === undefined ? [] : [`hit ratio ${percent(hitRatio)}`]),
    ...(hitMs === undefined ? [] : [`hits ${spread(hitMs)}`]),
    `upstream ${upstreamCalls}`,
    ...(upstreamFailures === 0 ? [] : [`upstream failures ${upstreamFailures}`]),
    ...(budgetRefusals === 0 ? [] : [`over budget ${budgetRefusals}`]),
    ...(storeFailures === 0 ? [] : [`store failures ${storeFailures}`]),
  ];
  return parts.join('  ');
}

function summaryLines(tally: Tally): readonly string[] {
  const { hitRatio, hitMs, upstreamMs, upstreamCalls, upstreamFailures, budgetRefusals, storeFailures } = tally;
  const upstream = [
    counted(upstreamCalls, 'call'),
    counted(upstreamFailures, 'failure'),
    ...(budgetRefusals === 0 ? [] : [`${budgetRefusals} over budget`]),
    ...(upstreamMs === undefined ? [] : [spread(upstreamMs)]),
  ];
  return [
    `hit ratio  ${hitRatio === undefined ? 'no look-up yet' : percent(hitRatio)}`,
    `hits       ${hitMs === undefined ? 'none' : spread(hitMs)}`,
    `upstream   ${upstream.join(', ')}`,
    `store      ${counted(storeFailures, 'failure')}`,
  ];
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function spread({ p50, p99 }: Spread): string {
  return `p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms`;
}
