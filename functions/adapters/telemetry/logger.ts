import { Logger } from '@aws-lambda-powertools/logger';
import type { LogLevel } from '../../settings.ts';

/** Where log lines go. One line of JSON each. */
export interface RequestLog {
  /** One request, answered. */
  info(message: string, facts: Readonly<Record<string, unknown>>): void;
  /** One request that ended by our own fault. */
  error(message: string, facts: Readonly<Record<string, unknown>>): void;
}

/** The log of the functions: Powertools' one line of JSON on standard output. */
export function createLog(logLevel: LogLevel): RequestLog {
  return new Logger({ serviceName: 'lookaside', logLevel });
}

/**
 * An error as the log may have it: its name and where it was thrown. Not its message, which may repeat what was being
 * read (a JSON parser's does).
 */
export function errorFacts(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  // The message goes first: its own lines may look like frames.
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, stack: frames.map((line) => line.trim()) };
}
