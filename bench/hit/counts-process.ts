/**
 * A process that imports a bundle, answers hits, and reports the loaded files. Run by fork(): the bundle's index.mjs is
 * the argument. Each message to it is an event, or `end`. Each of its own messages is a `CountsMessage`: the first one
 * comes when the bundle is imported.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LambdaEvent } from './lambda-events.ts';

/** What the process counted until now. */
export interface CountsMessage {
  /** The bundle's files that were loaded so far. */
  readonly files: readonly string[];
  /** How much JavaScript they hold. Bytes. */
  readonly codeBytes: number;
  /** Of the last answer; empty for the first message. */
  readonly cacheStatus: string;
}

process.getBuiltinModule('node:http');
const [index = ''] = process.argv.slice(2);
const files: string[] = [];
let codeBytes = 0;
registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) {
      files.push(path.basename(url));
      codeBytes += readFileSync(fileURLToPath(url)).length;
    }
    return nextLoad(url, context);
  },
});
const { handler } = await import(pathToFileURL(index).href);
tell('');
process.on('message', async (event: LambdaEvent | 'end') => {
  if (event === 'end') process.exit(0);
  const { headers = {} } = await handler(event, { awsRequestId: 'request-1' });
  tell(headers['Cache-Status'] ?? '');
});

function tell(cacheStatus: string): void {
  process.send?.({ files: [...files], codeBytes, cacheStatus } satisfies CountsMessage);
}
