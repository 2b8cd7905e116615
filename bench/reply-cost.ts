import { setImmediate as turn } from 'node:timers/promises';
import { readReplyBody } from '../functions/adapters/capillary/reply-body.ts';
import { readCustomerDetailsReply } from '../functions/adapters/capillary/v2-reply.ts';
import { writeJson } from '../functions/customer/json/json.ts';
import { compileProjection } from '../functions/customer/reply/projection.ts';
import { REPLY_SHAPES } from '../functions/customer/reply/reply-shape.ts';

/** The cost of reading a reply. Milliseconds of CPU, of all threads of the process. */
export interface ReplyCost {
  /** All of it. */
  readonly totalMs: number;
  /** The longest time that the event loop is blocked while the text is read and parsed. */
  readonly longestReadMs: number;
  /** The longest time that the event loop is blocked while the kept part is cut out and written. Everything is kept. */
  readonly longestWriteMs: number;
}

const ASKED = { names: [], includesUnknown: false };
const KEEPS_EVERYTHING = compileProjection('*');

/** Reads a reply of v2 as a look-up does, and measures it. */
export async function measureReply(text: string): Promise<ReplyCost> {
  const startedAt = cpuMs();
  const read = await longestBlockOf(async () => readCustomerDetailsReply(200, await readReplyBody(text)));
  const { value: outcome } = read;
  const written = await longestBlockOf(async () => {
    if (outcome.kind === 'found') writeJson(REPLY_SHAPES.v2.trim(outcome.reply, KEEPS_EVERYTHING, ASKED));
  });
  return { totalMs: cpuMs() - startedAt, longestReadMs: read.longestMs, longestWriteMs: written.longestMs };
}

/** Runs work, and measures the longest time for which it blocks the event loop. */
async function longestBlockOf<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly longestMs: number }> {
  let longestMs = 0;
  let isDone = false;
  const watching = (async () => {
    let since = cpuMs();
    while (!isDone) {
      await turn();
      const now = cpuMs();
      longestMs = Math.max(longestMs, now - since);
      since = now;
    }
  })();
  await turn();
  const value = await work();
  await turn();
  isDone = true;
  await watching;
  return { value, longestMs };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
