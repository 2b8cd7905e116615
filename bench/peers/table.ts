import type { PeerFigures } from './measure-peers.ts';

const percent = (share: number) => `${Math.round(share * 100)} %`;
const ms = (value: number) => String(Math.round(value));
const outage = ({ answered, p50Ms, p99Ms }: PeerFigures['refused']) =>
  `${percent(answered)}, ${ms(p50Ms)} / ${ms(p99Ms)} ms`;

type Column = readonly [title: string, cell: (figures: PeerFigures) => string];

const COLUMNS: readonly Column[] = [
  ['peer', ({ name }) => name],
  [
    '1,000 askers of a cold key: upstream calls',
    ({ coldAskers: { upstreamCalls } }) => {
      const [least, most] = upstreamCalls;
      return least === most ? String(least) : `${least} to ${most}`;
    },
  ],
  ['answered', ({ coldAskers }) => percent(coldAskers.answered)],
  ['beyond the upstream: p50 / p99 ms', ({ coldAskers }) => `${ms(coldAskers.p50Ms)} / ${ms(coldAskers.p99Ms)}`],
  ['40 askers: p50 / p99 ms', ({ fewAskers }) => `${ms(fewAskers.p50Ms)} / ${ms(fewAskers.p99Ms)}`],
  ['5 spellings: upstream calls', ({ spellings }) => String(spellings)],
  ['DynamoDB requests of a hit', ({ hitRequests }) => String(Math.round(hitRequests * 10) / 10)],
  ['hits a second', ({ hitsPerSecond }) => String(Math.round(hitsPerSecond))],
  ['upstream refuses', ({ refused }) => outage(refused)],
  ['upstream is frozen', ({ frozen }) => outage(frozen)],
];

/** The figures as a table in Markdown. */
export function peersTable(figures: readonly PeerFigures[]): string {
  const rows = figures.map((each) => COLUMNS.map(([, cell]) => cell(each)));
  const lines = [COLUMNS.map(([title]) => title), COLUMNS.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
