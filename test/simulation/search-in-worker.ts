import { Worker } from 'node:worker_threads';
import type { SearchMessage, SearchOptions, SearchResult } from './search.ts';

/**
 * Searches in a thread of its own: a second core, and a module graph into which bugs may be planted.
 * @param tell gets the number of searched histories since the last call, again and again
 */
export function searchInWorker(
  options: SearchOptions,
  tell: (histories: number) => void = () => undefined,
): Promise<SearchResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./search.ts', import.meta.url), { workerData: options });
    worker.on('message', (message: SearchMessage) => {
      if ('result' in message) resolve(message.result);
      else tell(message.searched);
    });
    worker.once('error', reject);
  });
}
