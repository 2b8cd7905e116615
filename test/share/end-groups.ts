import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CpuController, type CpuGroup, openCpuGroup } from './cpu-share.ts';

const TRIES = 50;
const INTERVAL_MS = 20;

/** Ends the running processes of the groups with names that begin like this, and removes the groups. */
export async function endGroups(controller: CpuController, prefix: string): Promise<void> {
  const names = readdirSync(controller.parent).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => endGroup(openCpuGroup(controller, name))));
}

/**
 * Ends the running processes of a group, and removes it. The kernel releases a group a moment after its last process.
 */
export async function endGroup(group: CpuGroup): Promise<void> {
  for (let triesLeft = TRIES; ; triesLeft -= 1) {
    try {
      for (const pid of group.processes()) process.kill(pid, 'SIGKILL');
      group.remove();
      return;
    } catch (error) {
      if (triesLeft === 0) throw error;
      await sleep(INTERVAL_MS);
    }
  }
}
