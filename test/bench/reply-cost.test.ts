import { describe, expect, test } from '@jest/globals';
import { measureReply } from '../../bench/reply-cost.ts';
import { WORST_REPLIES } from '../../bench/worst-replies.ts';
import { MAX_REPLY_BYTES } from '../../functions/adapters/capillary/capped-body.ts';
import { fastestOf } from '../support/fastest.ts';

/**
 * Three times the limit of `npm run bench:replies`: 100 ms at 0.29 of a CPU. On a busy machine CPU time is longer too.
 * `JSON.parse` with a reviver blocks the event loop for 170 to 350 ms of CPU on the worst of these.
 */
const MAX_BLOCK_MS = 3 * 29;

describe('B14: a reply of 512 KiB holds the event loop for a short while at a time, made of', () => {
  test.each(Object.entries(WORST_REPLIES))('%s', async (_kind, text) => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_REPLY_BYTES);
    expect(Buffer.byteLength(text)).toBeGreaterThan(MAX_REPLY_BYTES - 100);
    // A garbage collection of the tests' own heap may fall into one run.
    const longestMs = await fastestOf(MAX_BLOCK_MS, async () => {
      const { longestReadMs, longestWriteMs } = await measureReply(text);
      return Math.max(longestReadMs, longestWriteMs);
    });
    expect(longestMs).toBeLessThan(MAX_BLOCK_MS);
  });
});
