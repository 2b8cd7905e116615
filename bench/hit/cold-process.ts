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
  /** The part of it after the bundle was imported. Milliseconds. */
  readonly firstCpuMs: number;
  /** How the call ended (`outcomeOf`). */
  readonly outcome: string;
}

const [index = '', event = ''] = process.argv.slice(2);
const address = pathToFileURL(index).href;
const parsed = JSON.parse(event) as LambdaEvent;
const before = process.cpuUsage();
const startedAt = performance.now();
const { handler } = await import(address);
const loadedAt = performance.now();
const loaded = process.cpuUsage();
const result = await handler(parsed, { awsRequestId: 'request-1' });
const answeredAt = performance.now();
const answered = process.cpuUsage();
const cpuMs = (from: NodeJS.CpuUsage) => (answered.user + answered.system - from.user - from.system) / 1000;
const { statusCode, headers = {} } = result;
// Loaded only now: it loads modules of Node that a function may load later or never.
const { outcomeOf } = await import('./outcome.ts');
const coldStart: ColdStart = {
  status: statusCode,
  cacheStatus: headers['Cache-Status'] ?? '',
  loadMs: loadedAt - startedAt,
  firstMs: answeredAt - loadedAt,
  cpuMs: cpuMs(before),
  firstCpuMs: cpuMs(loaded),
  outcome: outcomeOf(result),
};
process.send?.(coldStart, () => process.exit(0));
