import type { RequestLog } from '../../functions/adapters/telemetry/logger.ts';
import type { LocalFunction } from '../lambda/local-function.ts';
import { askedOf } from './asked.ts';
import { type Facts, keepFacts } from './facts.ts';
import { withMisconfiguration } from './misconfiguration.ts';
import { type Observation, toObservation } from './observation.ts';

/** Sees every request of the functions: the request, its duration, and the functions' log of it. */
export interface Observer {
  /** Give this log to the functions. */
  readonly log: RequestLog;
  /** The function, observed. */
  watch(watched: LocalFunction): LocalFunction;
}

/** Where what is observed goes. */
export interface ObserverOptions {
  /** The output for the functions' log lines. */
  readonly log: RequestLog;
  /** Called with each answered request. */
  readonly tell: (observation: Observation, event: unknown) => void;
}

/** Makes an observer of functions. */
export function createObserver({ log, tell }: ObserverOptions): Observer {
  // The observer keeps the facts after the step that finds our own misconfiguration, so that they name it.
  const facts = keepFacts(log);
  return {
    log: withMisconfiguration(facts.log),
    watch: ({ invoke, ...watched }) => ({
      ...watched,
      invoke: async (payload, requestId, signal) => {
        facts.begin(requestId);
        const startedAt = performance.now();
        const invocation = await invoke(payload, requestId, signal);
        const durationMs = performance.now() - startedAt;
        const event: unknown = JSON.parse(payload);
        const known: Facts = facts.end(requestId) ?? (invocation.isError ? { code: 'internal_error' } : {});
        tell(
          toObservation({ requestId, at: Date.now(), durationMs, asked: askedOf(event), facts: known, invocation }),
          event,
        );
        return invocation;
      },
    }),
  };
}
