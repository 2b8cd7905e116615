import type { Command } from './command.ts';
import { cost } from './commands/cost.ts';
import { doctor } from './commands/doctor.ts';
import { drift } from './commands/drift.ts';
import { forecast } from './commands/forecast.ts';
import { keys } from './commands/keys.ts';
import { lookup } from './commands/lookup.ts';
import { peek } from './commands/peek.ts';
import { purge } from './commands/purge.ts';
import { secret } from './commands/secret.ts';
import { smoke } from './commands/smoke.ts';
import { trigger } from './commands/trigger.ts';
import { watch } from './commands/watch.ts';

/**
 * Every command, in the order of the help. To add a command, describe it in a file in `commands/`, and add a line here. Its
 * `run` loads the code that does the work (`lookup/run-lookup.ts`): a command line loads that of its own command only.
 */
export const COMMANDS: readonly Command[] = [
  doctor,
  lookup,
  peek,
  watch,
  purge,
  trigger,
  smoke,
  secret,
  forecast,
  drift,
  keys,
  cost,
];
