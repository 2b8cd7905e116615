import type { LogLevel } from '../../settings/definitions.ts';
import { createMetricsFormat, type MetricsOrigin } from './metrics.ts';

/** The log. Each entry is one line of JSON. */
export interface RequestLog {
  /** One request, answered. */
  info(message: string, facts: Readonly<Record<string, unknown>>): void;
  /** One request that ended with our own fault. */
  error(message: string, facts: Readonly<Record<string, unknown>>): void;
}

/** Logs an answered request: as an error if it, or a look-up of a batch, ended with a fault of our own. */
export function logRequest(log: RequestLog, facts: Facts): void {
  if (isFault(facts) || (Array.isArray(facts.lookups) && facts.lookups.some(isFault))) log.error('request', facts);
  else log.info('request', facts);
}

function isFault({ code }: Facts): boolean {
  return code === 'internal_error';
}

/** The log for warnings at the start of a function. */
export interface StartLog {
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
}

/** The levels of lines, with their weights. A level of the settings allows lines of at least its weight. */
const WEIGHT_BY_LEVEL: Readonly<Record<LogLevel, number>> = {
  TRACE: 6,
  DEBUG: 8,
  INFO: 12,
  WARN: 16,
  ERROR: 20,
  CRITICAL: 24,
  SILENT: 28,
};

/** The message that every line of a request would have. It is left out. */
const USUAL_MESSAGE = 'request';

/** The options of the log. */
export interface LogOutput {
  /** Writes a line, its line break included. Default: to standard output. */
  readonly write?: (line: string) => void;
  /** Epoch milliseconds. Default: the machine's clock. */
  readonly now?: () => number;
}

/**
 * The log of the functions: one line of JSON for each request, in one write to standard output. The line carries the
 * request's metrics too, so that a request stays one line. A level above INFO turns off the line and its metrics. At
 * WARN and ERROR, a fault still has its line.
 *
 * A line has its time once: as the metrics' `Timestamp`, or as `timestamp` if it has no metrics.
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

/** It does not use the console: Lambda's console writes a prefix, and then CloudWatch finds no JSON. */
function writeToStandardOutput(line: string): void {
  // biome-ignore lint/style/noRestrictedGlobals: it is the output here, not the environment.
  process.stdout.write(line);
}

/** An error in a form that is safe for the log. */
export interface ErrorFacts {
  /** Its name; for a value that is not an Error, its type. */
  readonly error: string;
  /** The frames of its stack. */
  readonly stack?: readonly string[];
}

/**
 * An error in a form that is safe for the log: its name and its stack. The message is left out: it may repeat the
 * input, as the message of a JSON parser does.
 */
export function errorFacts(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { error: typeof error };
  // Remove the message first: its own lines may look like frames.
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, stack: frames.map((line) => line.trim()) };
}
