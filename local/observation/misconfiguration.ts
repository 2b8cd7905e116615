import type { RequestLog } from '../../functions/adapters/telemetry/logger.ts';
import { type Facts, numberOf } from './facts.ts';

/** A wrong setting of ours that the upstream's answers show. */
export type Misconfiguration = 'UPSTREAM_CREDENTIALS' | 'UPSTREAM_BASE_URL';

/** What to do about it. */
export const ADVICE: Readonly<Record<Misconfiguration, string>> = {
  UPSTREAM_CREDENTIALS: 'the upstream refuses our credentials, or we cannot read them; check UPSTREAM_CREDENTIALS',
  UPSTREAM_BASE_URL: 'no usable answer has come from the upstream since the start; check UPSTREAM_BASE_URL',
};

/**
 * Distinguishes our own misconfiguration from trouble of the upstream. The first row that fits counts.
 *
 * | the upstream's failure | its status | it has given a usable answer | what is wrong |
 * |---|---|---|---|
 * | credentials refused or unreadable | any | any | UPSTREAM_CREDENTIALS |
 * | any | any | yes | nothing |
 * | connection | any | no | UPSTREAM_BASE_URL |
 * | invalid | any | no | UPSTREAM_BASE_URL |
 * | any other, or none | any | any | nothing |
 *
 * @param hasAnswered whether the upstream has given a usable answer since the start
 */
export function misconfigurationOf({ upstreamFailure }: Facts, hasAnswered: boolean): Misconfiguration | undefined {
  switch (upstreamFailure) {
    case 'credentials-refused':
    case 'credentials-unreadable':
      return 'UPSTREAM_CREDENTIALS';
    case 'connection':
    case 'invalid':
      return hasAnswered ? undefined : 'UPSTREAM_BASE_URL';
    default:
      return undefined;
  }
}

/** A log in which our own misconfiguration is an error, and says which setting is wrong. */
export function withMisconfiguration(log: RequestLog): RequestLog {
  let hasAnswered = false;
  return {
    info: (message, facts) => {
      hasAnswered ||= isUsableAnswer(facts);
      const misconfiguration = misconfigurationOf(facts, hasAnswered);
      if (misconfiguration === undefined) log.info(message, facts);
      else log.error(message, { ...facts, misconfiguration });
    },
    error: (message, facts) => log.error(message, facts),
  };
}

function isUsableAnswer({ upstreamFailure, upstreamStatus }: Facts): boolean {
  return upstreamFailure === undefined && numberOf(upstreamStatus) !== undefined;
}
