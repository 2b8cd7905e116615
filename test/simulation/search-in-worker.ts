import { Worker } from 'node:worker_threads';
import type { SearchOptions, SearchResult } from './search.ts';

/** Searches in a thread of its own: a second core, and a module graph into which bugs may be planted. */
export function searchInWorker(options: SearchOptions): Promise<SearchResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./search.ts', import.meta.url), { workerData: options });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
