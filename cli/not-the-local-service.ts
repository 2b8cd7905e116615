import type { Reply } from '../functions/smoke/exchange.ts';
import { readProblem } from '../functions/smoke/failure.ts';
import { CommandError } from './exit-codes.ts';

/** Whether Lookaside itself says that it has nothing at this path: the address has a path, or a wrong one. */
export function isWrongPath(reply: Reply): boolean {
  return readProblem(reply).code === 'not_found';
}

/** The end of a command after a reply that does not come from the service of `npm start`, or not from its console. */
export function notTheLocalService(reply: Reply): CommandError {
  return new CommandError(
    'unreachable',
    isWrongPath(reply)
      ? 'Lookaside answers, but has nothing at this path. Give --url the address that npm start prints, without a path.'
      : `The answer (HTTP status ${reply.status}) is not from the service of npm start.`,
  );
}
