import type { Reply } from '../functions/smoke/exchange.ts';
import { readProblem } from '../functions/smoke/failure.ts';
import { CommandError } from './exit-codes.ts';

/**
 * The end of a command after an error that Lookaside answered.
 * @param says the meaning, before its code and its message
 */
export function refusalBy(reply: Reply, says: string): CommandError {
  const { code, detail } = readProblem(reply);
  return code === undefined ? strangerBy(reply) : new CommandError('wrong', `${says}, ${code}: ${detail}`);
}

/**
 * The count in the body of a reply with status 200.
 * @param name the member that holds it
 * @throws {CommandError} if there is none: a proxy or a login page may answer 200 too, and acknowledges nothing
 */
export function countIn(reply: Reply, name: string): number {
  const count = numberIn(reply.body, name);
  if (count === undefined) throw strangerBy(reply);
  return count;
}

function numberIn(body: string, name: string): number | undefined {
  try {
    const value: unknown = JSON.parse(body)?.[name];
    return typeof value === 'number' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The end of a command after a reply that does not come from Lookaside. */
function strangerBy({ status }: Reply): CommandError {
  return new CommandError(
    'unreachable',
    `The answer (HTTP status ${status}) is not from Lookaside, so nothing is acknowledged. Check --url.`,
  );
}
