import { ADVICE } from './misconfiguration.ts';
import type { Observation } from './observation.ts';
import type { Outcome } from './outcome.ts';

const COLOURS = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, grey: 90 } as const;
/** A colour of the terminal. */
export type Colour = keyof typeof COLOURS;

/** The first word of the line, and its colour. */
export const LABELS: Readonly<Record<Outcome, readonly [label: string, colour: Colour]>> = {
  hit: ['HIT', 'green'],
  stale: ['STALE', 'yellow'],
  miss: ['MISS', 'blue'],
  collapsed: ['COLLAPSED', 'magenta'],
  bypass: ['BYPASS', 'cyan'],
  failed: ['FAILED', 'red'],
  'not-cached': ['NOT CACHED', 'grey'],
  refused: ['REFUSED', 'grey'],
  pending: ['PENDING', 'yellow'],
  prefetch: ['PREFETCH', 'cyan'],
  batch: ['BATCH', 'cyan'],
  revalidated: ['REVALIDATED', 'blue'],
  purge: ['PURGE', 'magenta'],
  event: ['EVENT', 'magenta'],
  fault: ['ERROR', 'red'],
  other: ['OK', 'grey'],
};

/** How the line is written. */
export interface LineOptions {
  /** Whether the terminal shows colours. */
  readonly hasColour: boolean;
}

/**
 * One short line for a request: `HIT ttl=276 v2 mobile 12 ms`. A line about a problem of our own settings begins with
 * ERROR and says what to do.
 */
export function liveLine(observation: Observation, { hasColour }: LineOptions): string {
  const { outcome, misconfiguration, durationMs } = observation;
  const [label, colour] = misconfiguration === undefined ? LABELS[outcome] : LABELS.fault;
  const parts = [
    paint(label, colour, hasColour),
    ...(misconfiguration === undefined ? [] : [ADVICE[misconfiguration]]),
    ...detailsOf(observation),
    what(observation),
    `${durationMs} ms`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function detailsOf(observation: Observation): string[] {
  const { outcome, ttlSeconds, detail = '', answer, status, code = '', isStored } = observation;
  const problem = [status ?? '', code].join(' ').trim();
  const found = answer === undefined || answer === 'found' ? '' : answer;
  switch (outcome) {
    case 'hit':
      return [`ttl=${ttlSeconds ?? '?'}`, found];
    case 'stale':
      return [`ttl=${ttlSeconds ?? '?'}`, detail, found, troubleOf(observation)];
    case 'miss':
      return [detail === 'miss' ? '' : `asked because: ${detail}`, isStored ? 'stored' : 'not stored', found].concat(
        upstreamOf(observation),
      );
    case 'failed':
      return [problem, troubleOf(observation)];
    case 'batch':
      return [batchOf(observation)];
    case 'revalidated':
      return [isStored ? 'stored' : 'not stored', troubleOf(observation), upstreamOf(observation)];
    case 'purge':
    case 'event':
      return [observation.event ?? '', entriesOf(observation)];
    case 'collapsed':
    case 'bypass':
      return [found, upstreamOf(observation)];
    default:
      return [problem];
  }
}

function what({ api, identifierName, method, resource }: Observation): string {
  if (api !== undefined) return [api, identifierName].filter((part) => part !== undefined).join(' ');
  return [method, resource].filter((part) => part !== undefined).join(' ');
}

function upstreamOf({ upstreamDurationMs }: Observation): string {
  return upstreamDurationMs === undefined ? '' : `upstream ${upstreamDurationMs} ms`;
}

function troubleOf({ upstreamFailure, upstreamError, storeFailure }: Observation): string {
  const reason = upstreamError === undefined ? '' : ` (${upstreamError})`;
  const parts = [
    ...(upstreamFailure === undefined ? [] : [`upstream: ${upstreamFailure}${reason}`]),
    ...(storeFailure === undefined ? [] : [`store: ${storeFailure}`]),
  ];
  return parts.join(', ');
}

function batchOf({ outcomes = [] }: Observation): string {
  const counts = [...Map.groupBy(outcomes, (outcome) => outcome)].map(([outcome, all]) => `${all.length} ${outcome}`);
  const lookups = outcomes.length === 1 ? '1 look-up' : `${outcomes.length} look-ups`;
  return counts.length === 0 ? lookups : `${lookups}: ${counts.join(', ')}`;
}

function entriesOf({ entryCount }: Observation): string {
  if (entryCount === undefined) return '';
  return entryCount === 1 ? '1 entry' : `${entryCount} entries`;
}

/** The text in a colour, or unchanged. */
export function paint(text: string, colour: Colour, hasColour: boolean): string {
  return hasColour ? `\u001B[${COLOURS[colour]}m${text}\u001B[0m` : text;
}
