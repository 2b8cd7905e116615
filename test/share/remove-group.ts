import { setTimeout as sleep } from 'node:timers/promises';
import type { CpuGroup } from './cpu-share.ts';

const TRIES = 20;
const INTERVAL_MS = 20;

/** Removes a group whose processes have ended: the kernel lets go of it a moment later. */
export async function removeGroup(group: CpuGroup): Promise<void> {
  for (let triesLeft = TRIES; ; triesLeft -= 1) {
    try {
      group.remove();
      return;
    } catch (error) {
      if (triesLeft === 0) throw error;
      await sleep(INTERVAL_MS);
    }
  }
}
