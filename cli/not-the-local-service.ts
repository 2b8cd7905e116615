import type { Reply } from '../functions/smoke/exchange.ts';
import { CommandError } from './exit-codes.ts';

/** The end of a command after a reply that does not come from the service of `npm start`. */
export function notTheLocalService({ status }: Reply): CommandError {
  return new CommandError('unreachable', `The answer (HTTP status ${status}) is not from the service of npm start.`);
}
