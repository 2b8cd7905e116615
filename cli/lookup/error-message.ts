import type { ErrorOutcome } from '../../client/src/index.ts';
import { explainNoReply, send, type Target } from '../../functions/smoke/exchange.ts';
import { isWrongPath } from '../not-the-local-service.ts';

const NO_KEY = 'If the address takes API keys, give one with --key, or in LOOKASIDE_API_KEY.';
const WRONG_KEY = 'Compare --key with the key\'s value (docs/deploying.md, "Get a key"): its id is another text.';
const WRONG_PATH =
  "Lookaside answers, but has nothing at this path: --url is the stack's output Endpoint; on this machine it has no path.";

/** The message of an error, with what to do at the command line. @param target undefined: a function was invoked */
export async function errorMessage(
  { code, message, cause }: ErrorOutcome,
  target: Target | undefined,
): Promise<string> {
  if (target === undefined) return message;
  switch (code) {
    case 'unreachable':
      // A gateway or a proxy that failed has answered: then there is no cause, and the message has the status.
      return cause === undefined ? message : explainNoReply(target.url, cause);
    case 'forbidden':
      return `${message} ${target.key === undefined ? NO_KEY : WRONG_KEY}`;
    case 'invalid_answer':
      return (await isPathWrong(target)) ? WRONG_PATH : message;
    default:
      return message;
  }
}

/** The client does not say whose answer it could not read. */
async function isPathWrong(target: Target): Promise<boolean> {
  const reply = await send(target, { path: 'health' });
  return typeof reply !== 'string' && isWrongPath(reply);
}
