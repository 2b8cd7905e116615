import type { RequestLog } from '../../functions/adapters/telemetry/logger.ts';
import type { LogLevel } from '../../functions/settings/definitions.ts';
import { textOf } from './facts.ts';
import { liveLine, paint } from './live-line.ts';
import type { Observation } from './observation.ts';

/** The output that people read. */
export interface Terminal {
  /** Whether it is a terminal: otherwise the log is JSON, unless LOG_FORMAT says `line`. */
  readonly isTerminal: boolean;
  /** Whether it shows colours. */
  readonly hasColour: boolean;
  write(line: string): void;
}

/** The log as one short line for each request. */
export interface TerminalLog {
  /** The functions' log. It shows only lines that are not about a request: these report trouble. */
  readonly log: RequestLog;
  /** Shows a request. */
  show(observation: Observation): void;
}

/** The time of day in the time zone of this machine: `15:04:09`. @param at epoch milliseconds */
function timeOfDay(at: number): string {
  return new Date(at).toTimeString().slice(0, '15:04:09'.length);
}

/** The levels at which the log shows a request that went well, and one that is our own fault. */
const SHOWN_AT: Readonly<Record<'info' | 'error', readonly LogLevel[]>> = {
  info: ['TRACE', 'DEBUG', 'INFO'],
  error: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'],
};

/**
 * Each line begins with the time of day: a person who comes back to the terminal sees when something happened.
 * @param now the time, in epoch milliseconds. Default: that of this machine
 */
export function createTerminalLog(terminal: Terminal, logLevel: LogLevel, now: () => number = Date.now): TerminalLog {
  const { hasColour } = terminal;
  const write = (level: 'info' | 'error', line: string): void => {
    if (SHOWN_AT[level].includes(logLevel)) terminal.write(`${paint(timeOfDay(now()), 'grey', hasColour)}  ${line}`);
  };
  return {
    log: {
      info: () => undefined,
      error: (message, facts) => {
        const where = Array.isArray(facts.stack) ? textOf(facts.stack[0]) : undefined;
        const parts = [textOf(facts.error), textOf(facts.code), textOf(facts.function), where];
        const trouble = parts.filter((part) => part !== undefined).join(' ');
        // A request that ended with our own fault has its own line: this one says where the fault is.
        if (message === 'request' && trouble === '') return;
        if (message === 'request' && facts.misconfiguration !== undefined) return;
        write('error', `${paint('ERROR', 'red', hasColour)}  ${message}  ${trouble}`);
      },
    },
    show: (observation) => {
      const isOurs = observation.outcome === 'fault' || observation.misconfiguration !== undefined;
      write(isOurs ? 'error' : 'info', liveLine(observation, { hasColour }));
    },
  };
}
