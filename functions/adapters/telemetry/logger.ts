import type { LogLevel } from '../../settings/definitions.ts';
import { createMetricsFormat, type MetricsOrigin } from './metrics.ts';

/** Where log lines go. One line of JSON each. */
export interface RequestLog {
  /** One request, answered. */
  info(message: string, facts: Readonly<Record<string, unknown>>): void;
  /** One request that ended by our own fault. */
  error(message: string, facts: Readonly<Record<string, unknown>>): void;
}

/** Where the start of a function says what somebody ought to look at. */
export interface StartLog {
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
}

/** The levels that lines have, by how much they weigh. A level of the settings lets through what weighs as much. */
const WEIGHT_BY_LEVEL: Readonly<Record<LogLevel, number>> = {
  TRACE: 6,
  DEBUG: 8,
  INFO: 12,
  WARN: 16,
  ERROR: 20,
  CRITICAL: 24,
  SILENT: 28,
};

/** What the lines of requests would say of themselves, all of them. Left out. */
const USUAL_MESSAGE = 'request';

/** What the log needs from outside. */
export interface LogOutput {
  /** Writes a line, its line break included. Default: to standard output. */
  readonly write?: (line: string) => void;
  /** Epoch milliseconds. Default: the machine's clock. */
  readonly now?: () => number;
}

/**
 * The log of the functions: one line of JSON for each request, in one write to standard output. The line carries the
 * request's metrics too, so that a request stays one line; a level above INFO turns both off.
 *
 * A line says when it was written once: as the metrics' `Timestamp`, or as `timestamp` where it carries none.
 */
export function createLog(
  logLevel: LogLevel,
  origin: MetricsOrigin,
  { write = writeToStandardOutput, now = Date.now }: LogOutput = {},
): RequestLog & StartLog {
  const metrics = createMetricsFormat(origin, now);
  const line = (level: LogLevel, message: string, facts: Facts, metricsOf: (facts: Facts) => Facts) => {
    if (WEIGHT_BY_LEVEL[level] < WEIGHT_BY_LEVEL[logLevel]) return;
    const carried = metricsOf(facts);
    const record = {
      level,
      ...(message !== USUAL_MESSAGE && { message }),
      ...(carried._aws === undefined && { timestamp: new Date(now()).toISOString() }),
      ...facts,
      ...carried,
    };
    write(`${JSON.stringify(record)}\n`);
  };
  return {
    info: (message, facts) => line('INFO', message, facts, metrics),
    error: (message, facts) => line('ERROR', message, facts, metrics),
    warn: (message, facts) => line('WARN', message, facts, () => ({})),
  };
}

type Facts = Readonly<Record<string, unknown>>;

/** Not by the console: Lambda's writes a prefix, and then CloudWatch finds no JSON. */
function writeToStandardOutput(line: string): void {
  // biome-ignore lint/style/noRestrictedGlobals: it is the output here, not the environment.
  process.stdout.write(line);
}

/** An error as the log may have it. */
export interface ErrorFacts {
  /** Its name; of a value that is no Error, its type. */
  readonly error: string;
  /** Where it was thrown, frame by frame. */
  readonly stack?: readonly string[];
}

/**
 * An error as the log may have it: its name and where it was thrown. Not its message, which may repeat what was being
 * read (a JSON parser's does).
 */
export function errorFacts(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { error: typeof error };
  // The message goes first: its own lines may look like frames.
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, stack: frames.map((line) => line.trim()) };
}
