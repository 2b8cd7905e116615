import type { ErrorOutcome } from '../../client/src/index.ts';
import { explainNoReply, type Target } from '../../functions/smoke/exchange.ts';

const NO_KEY = 'If the address takes API keys, give one with --key, or in LOOKASIDE_API_KEY.';
const WRONG_KEY = 'Compare --key with the key\'s value (docs/deploying.md, "Get a key"): its id is another text.';
const WHAT_URL_IS = "--url is the stack's output Endpoint; on this machine it has no path.";

/** The message of an error, with what to do at the command line. @param target undefined: a function was invoked */
export function errorMessage({ code, message, cause }: ErrorOutcome, target: Target | undefined): string {
  if (target === undefined) return message;
  switch (code) {
    case 'unreachable':
      // A gateway or a proxy that failed has answered: then there is no cause, and the message has the status.
      return cause === undefined ? message : explainNoReply(target.url, cause);
    case 'forbidden':
      return `${message} ${target.key === undefined ? NO_KEY : WRONG_KEY}`;
    case 'invalid_answer':
      return `${message} ${WHAT_URL_IS}`;
    default:
      return message;
  }
}
