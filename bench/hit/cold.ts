import { fork } from 'node:child_process';
import path from 'node:path';
import type { ColdStart } from './cold-process.ts';
import { answerOf } from './process-answer.ts';
import type { Call } from './warm.ts';

/** Starts a function in a fresh process, and has it answer one event. */
export async function startCold({ bundle, event }: Call, environment: Readonly<Record<string, string>>) {
  const script = path.join(import.meta.dirname, 'cold-process.ts');
  const child = fork(script, [path.join(bundle.folder, 'index.mjs'), JSON.stringify(event)], {
    env: environment,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume();
  return answerOf<ColdStart>(child);
}
