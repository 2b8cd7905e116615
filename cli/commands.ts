import type { Command } from './command.ts';
import { secret } from './commands/secret.ts';
import { smoke } from './commands/smoke.ts';

/** Every command, in the order of the help. A new command is a file in `commands/` and a line here. */
export const COMMANDS: readonly Command[] = [smoke, secret];
