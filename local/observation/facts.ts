import type { RequestLog } from '../../functions/adapters/telemetry/logger.ts';

/** The functions' log of a request: how it went, never which customer it was about. */
export type Facts = Readonly<Record<string, unknown>>;

/** The facts of the requests in progress. */
export interface FactsInProgress {
  /** Give this log to the functions: it keeps the facts of a request, and passes every line on. */
  readonly log: RequestLog;
  begin(requestId: string): void;
  /** The facts of the completed request; undefined if the functions logged nothing about it. */
  end(requestId: string): Facts | undefined;
}

/** @param log the output for the lines */
export function keepFacts(log: RequestLog): FactsInProgress {
  const inProgress = new Map<unknown, Facts | undefined>();
  const keep = (message: string, facts: Facts): void => {
    // A function that was given up may log later, and no observer would take those facts.
    if (message === 'request' && inProgress.has(facts.requestId)) inProgress.set(facts.requestId, facts);
  };
  return {
    log: {
      info: (message, facts) => {
        keep(message, facts);
        log.info(message, facts);
      },
      error: (message, facts) => {
        keep(message, facts);
        log.error(message, facts);
      },
    },
    begin: (requestId) => {
      inProgress.set(requestId, undefined);
    },
    end: (requestId) => {
      const facts = inProgress.get(requestId);
      inProgress.delete(requestId);
      return facts;
    },
  };
}

/** The value, if it is a text; otherwise undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value, if it is a finite number; otherwise undefined. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
