import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The run of a bundle with one event, in a process of its own. */
export interface BundleRun {
  readonly statusCode: number;
  readonly cacheStatus: string;
  /** The bundle's files that were loaded before the answer. */
  readonly files: readonly string[];
  /** Whether Node's own undici was loaded, which takes 35 ms and more. */
  readonly hasLoadedUndici: boolean;
}

// Run by fork(): the bundle's index.mjs and the event are the arguments, the run is the message to the parent.
const [index = '', event = ''] = process.argv.slice(2);
const files: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) files.push(path.basename(url));
    return nextLoad(url, context);
  },
});
const { handler } = await import(pathToFileURL(index).href);
const { statusCode, headers } = await handler(JSON.parse(event), {});
const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
const run: BundleRun = {
  statusCode,
  cacheStatus: headers['Cache-Status'],
  files,
  hasLoadedUndici: moduleLoadList.some((module) => module.includes('undici')),
};
process.send?.(run);
