/** `npm start`: runs all of Lookaside on one machine, until SIGINT or SIGTERM. */
import { describeMisspelt, misspeltNames } from '../functions/settings/misspelt-names.ts';
import { SettingsError } from '../functions/settings/settings-error.ts';
import { readStartArguments, START_USAGE } from './command-line.ts';
import { surviveLostOutput } from './lost-output.ts';
import { type LocalService, startLocal } from './service.ts';
import { LOCAL_SETTING_NAMES } from './settings.ts';
import { StartError } from './start-error.ts';
import { startLines } from './start-lines.ts';
import { onStopSignal } from './stop-signal.ts';
import { terminalOf } from './terminal.ts';

try {
  if (readStartArguments(process.argv.slice(2)) === 'help') console.log(START_USAGE);
  else await start();
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  surviveLostOutput();
  const terminal = terminalOf(process.stdout, process.env);
  const service = await startLocal({ ...process.env }, { terminal });
  onStopSignal(() => void stop(service));
  for (const names of misspeltNames(process.env, LOCAL_SETTING_NAMES)) console.error(describeMisspelt(names));
  for (const line of startLines(service, terminal.hasColour)) console.log(line);
}

async function stop(service: LocalService): Promise<void> {
  await service.close();
  process.exit(0);
}
