/**
 * A cold start: a fresh process that imports a bundle and answers one event. Run by fork(): the bundle's index.mjs and the
 * event are the arguments, a `ColdStart` is the message to the parent.
 */
import { pathToFileURL } from 'node:url';
import type { LambdaEvent } from './lambda-events.ts';

// The modules that the runtime's own client has loaded before the function.
for (const name of ['http', 'fs', 'path', 'stream', 'util', 'events']) process.getBuiltinModule(name);

/** What one cold start took, and what it answered. */
export interface ColdStart {
  readonly status: number;
  readonly cacheStatus: string;
  /** Until the bundle was imported. Milliseconds of wall time. */
  readonly loadMs: number;
  /** From then until the first answer. Milliseconds of wall time. */
  readonly firstMs: number;
  /** The CPU time from the import to the first answer: all threads together. Milliseconds. */
  readonly cpuMs: number;
}

const [index = '', event = ''] = process.argv.slice(2);
const address = pathToFileURL(index).href;
const parsed = JSON.parse(event) as LambdaEvent;
const before = process.cpuUsage();
const startedAt = performance.now();
const { handler } = await import(address);
const loadedAt = performance.now();
const { statusCode, headers = {} } = await handler(parsed, { awsRequestId: 'request-1' });
const answeredAt = performance.now();
const { user, system } = process.cpuUsage(before);
const coldStart: ColdStart = {
  status: statusCode,
  cacheStatus: headers['Cache-Status'] ?? '',
  loadMs: loadedAt - startedAt,
  firstMs: answeredAt - loadedAt,
  cpuMs: (user + system) / 1000,
};
process.send?.(coldStart, () => process.exit(0));
