import type { StartProgram } from '../running-fleet.ts';
import { send } from '../send.ts';
import type { StoreCounts } from './store-door.ts';
import type { StoreTrouble } from './store-trouble.ts';

/** A DynamoDB with trouble that a test sets. It is a process of its own. */
export interface TroubledStore {
  readonly url: string;
  /** Sets the trouble from now on; without an argument: none. */
  set(trouble?: StoreTrouble): Promise<void>;
  /** The requests since the last `clear`. */
  counts(): Promise<StoreCounts>;
  clear(): Promise<void>;
}

export async function startTroubledStore(start: StartProgram): Promise<TroubledStore> {
  const program = start('test/fleet/store/main.ts', [], {});
  const [, url = '', control = ''] = await program.waitFor(/at (http:[^\s,]+), its control at (http:\S+)/);
  const tell = async (method: string, path: string, body = ''): Promise<StoreCounts> => {
    const reply = await send(`${control}${path}`, method, {}, body);
    if (reply.status !== 200) throw new Error(`the store's control answered ${reply.status}`);
    return JSON.parse(reply.body) as StoreCounts;
  };
  return {
    url,
    set: async (trouble = {}) => void (await tell('PUT', '/trouble', JSON.stringify(trouble))),
    counts: () => tell('GET', '/counts'),
    clear: async () => void (await tell('DELETE', '/counts')),
  };
}
