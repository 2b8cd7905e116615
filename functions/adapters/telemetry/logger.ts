import { Logger } from '@aws-lambda-powertools/logger';
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

const SERVICE_NAME = 'lookaside';

/**
 * The log of the functions: Powertools' one line of JSON on standard output. The line of a request carries its metrics
 * too, so that a request stays one line; a level above INFO turns both off.
 */
export function createLog(logLevel: LogLevel, origin: MetricsOrigin): RequestLog & StartLog {
  const logger = new Logger({ serviceName: SERVICE_NAME, logLevel });
  const metrics = createMetricsFormat(origin);
  return {
    info: (message, facts) => logger.info(message, { ...facts, ...metrics(facts) }),
    error: (message, facts) => logger.error(message, { ...facts, ...metrics(facts) }),
    warn: (message, facts) => logger.warn(message, { ...facts }),
  };
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
