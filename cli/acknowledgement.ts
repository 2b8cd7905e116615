import type { Reply } from '../functions/smoke/exchange.ts';
import { readProblem } from '../functions/smoke/failure.ts';
import { CommandError } from './exit-codes.ts';

/**
 * The end of a command after an error that Lookaside answered.
 * @param says the meaning, before its code and its message
 */
export function refusalBy(reply: Reply, says: string): CommandError {
  const { code, detail } = readProblem(reply);
  if (code === undefined) {
    return new CommandError('unreachable', `What answers (HTTP status ${reply.status}) is not Lookaside. Check --url.`);
  }
  return new CommandError('wrong', `${says}, ${code}: ${detail}`);
}

/** A count in the body of a reply; undefined: it has no such count. @param name the member that holds it */
export function countIn({ body }: Reply, name: string): number | undefined {
  try {
    const count: unknown = JSON.parse(body)[name];
    return typeof count === 'number' ? count : undefined;
  } catch {
    return undefined;
  }
}
