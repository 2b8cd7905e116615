import type { CacheUse, ErrorOutcome, LookupOutcome } from '../../client/src/index.ts';
import { LABELS } from '../../local/observation/live-line.ts';
import type { Exit } from '../exit-codes.ts';
import type { Output } from '../output.ts';

/** The facts of the outcome line besides the outcome. */
export interface Asked {
  readonly api: string;
  readonly identifierName: string;
  readonly durationMs: number;
}

/** One line for a look-up, without its customer: `HIT  found  ttl=276  age=24  v2 mobile  12 ms`. */
export function outcomeLine(
  outcome: LookupOutcome,
  { api, identifierName, durationMs }: Asked,
  { paint }: Pick<Output, 'paint'>,
): string {
  const what = `${api} ${identifierName}`;
  const duration = `${durationMs} ms`;
  if (outcome.kind === 'error') {
    const waiting = outcome.retryAfterSeconds === undefined ? '' : `retry after ${outcome.retryAfterSeconds} s`;
    return join(paint('ERROR', 'red'), outcome.code, waiting, what, duration);
  }
  if (outcome.kind === 'pending') {
    const [label, colour] = LABELS.pending;
    return join(paint(label, colour), `retry after ${outcome.retryAfterSeconds} s`, what, duration);
  }
  const [label, colour] = LABELS[outcome.cache.status];
  const found = outcome.kind === 'found' ? 'found' : 'not found';
  return join(paint(label, colour), found, timesOf(outcome.cache), what, duration);
}

function timesOf({ ttlSeconds, ageSeconds }: CacheUse): string {
  return `ttl=${ttlSeconds}  age=${ageSeconds}`;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('  ');
}

const ERROR_EXITS: Readonly<Partial<Record<ErrorOutcome['code'], Exit>>> = {
  forbidden: 'not-allowed',
  unreachable: 'unreachable',
  deadline_exceeded: 'unreachable',
  invalid_answer: 'unreachable',
};

/**
 * The exit code of a look-up.
 * | outcome | exit |
 * |---|---|
 * | found | ok |
 * | not found | not-found |
 * | the key, or the right to invoke, is missing or wrong | not-allowed |
 * | nothing, or something else, answered | unreachable |
 * | any other error | wrong |
 * | pending: the service did not wait | wrong |
 */
export function exitOf(outcome: LookupOutcome): Exit {
  switch (outcome.kind) {
    case 'found':
      return 'ok';
    case 'not-found':
      return 'not-found';
    case 'pending':
      return 'wrong';
    case 'error':
      return ERROR_EXITS[outcome.code] ?? 'wrong';
  }
}
