import { send, type Target } from '../../functions/smoke/exchange.ts';
import type { NumberedObservation } from '../../local/observation/recent-requests.ts';
import { CommandError } from '../exit-codes.ts';
import { notTheLocalService } from '../not-the-local-service.ts';

/** The requests since the last call. */
export interface Since {
  readonly requests: readonly NumberedObservation[];
  /** The time of the service. Epoch milliseconds. */
  readonly now: number;
}

/**
 * The requests of the service of `npm start`, as its console sees them. The first call returns nothing: earlier
 * requests do not count.
 */
export function localSource(target: Target): () => Promise<Since> {
  let last: number | undefined;
  return async () => {
    const { requests, now } = await readState(target, last ?? 0);
    const isFirst = last === undefined;
    last = requests.at(-1)?.number ?? last ?? 0;
    return { requests: isFirst ? [] : requests, now };
  };
}

/** @throws {CommandError} if nothing, or something else, answers */
async function readState(target: Target, after: number): Promise<Since> {
  const reply = await send(target, { path: '__console/api/state', query: { after: String(after) } });
  if (typeof reply === 'string') throw new CommandError('unreachable', reply);
  try {
    const { requests, now } = JSON.parse(reply.body);
    if (Array.isArray(requests) && typeof now === 'number') return { requests, now };
  } catch {
    // The code below reports it.
  }
  throw notTheLocalService(reply);
}
