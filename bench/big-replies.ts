import { scriptOptions } from '../scripts/script-options.ts';
import { measureReply } from './reply-cost.ts';
import { WORST_REPLIES } from './worst-replies.ts';

// Prints the cost of the largest replies, each as costly as its kind can be. `npm run bench:replies`

/**
 * The longest time that an event loop may be blocked: 100 ms at 0.29 of a CPU (512 MB of Lambda). Milliseconds of CPU.
 */
const MAX_BLOCK_MS = 29;

scriptOptions('bench:replies');
console.log(`milliseconds of CPU; the event loop may be blocked for ${MAX_BLOCK_MS} at a time`);
console.log('  total  longest read  longest write  a reply of 512 KiB of');
for (const [name, text] of Object.entries(WORST_REPLIES)) {
  const { totalMs, longestReadMs, longestWriteMs } = await measureReply(text);
  const columns = [
    totalMs.toFixed(0).padStart(7),
    longestReadMs.toFixed(1).padStart(14),
    longestWriteMs.toFixed(1).padStart(15),
  ];
  const isOver = longestReadMs > MAX_BLOCK_MS || longestWriteMs > MAX_BLOCK_MS;
  console.log(`${columns.join('')}  ${name}${isOver ? '  <- too long' : ''}`);
}
