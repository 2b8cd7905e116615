import { defineCommand } from '../command.ts';
import { explainUntaken, KEY_ACTIONS } from '../keys/key-actions.ts';
import { flag, required, text, wholeNumber } from '../parameters.ts';

/** The command `lookaside keys`. */
export const keys = defineCommand({
  name: 'keys',
  summary: 'make, list, rotate, disable, export and import the API keys of classes of callers, and show their use',
  description:
    `ACTION is one of ${KEY_ACTIONS.join(', ')}. NAME is CLASS.MEMBER, such as tills.store-0042; several with commas between ` +
    'them; or -, with one on each line of standard input. For list, usage and export it may also be a CLASS, or absent, which means ' +
    'all keys. The stack does not make these keys, and they stay when the stack is deleted. add, rotate and export print the values of ' +
    'keys, which are secrets. If add or import was interrupted, repeat it: it goes on where it stopped. The AWS identity needs ' +
    'apigateway:GET, POST and PATCH on /apikeys and /usageplans.',
  arguments: {
    action: required({ value: 'ACTION', help: `one of ${KEY_ACTIONS.join(', ')}` }),
    name: text({ value: 'NAME', help: 'CLASS.MEMBER, such as tills.store-0042' }),
  },
  options: {
    deployment: required({
      value: 'PREFIX',
      help: "how the names of the deployment's resources begin: lookaside-<environment>, or its prefix",
      environment: 'LOOKASIDE_DEPLOYMENT',
    }),
    old: flag({ help: 'disable: only the keys that have an enabled successor' }),
    days: wholeNumber(
      { from: 1, to: 90, standIn: 30 },
      { value: 'N', help: 'usage: of the last N days, today included' },
    ),
    file: text({ value: 'FILE', help: 'export, import: a CSV file instead of standard output or input' }),
  },
  rules: [explainUntaken],
  examples: [
    {
      line: 'keys add tills.store-0001,tills.store-0002 --deployment lookaside-production',
      does: 'Makes a key for each of two tills, and prints them as CSV.',
    },
    {
      line: 'keys rotate tills.store-0001 --deployment lookaside-production',
      does: 'Makes a successor. Both keys are valid until: keys disable tills.store-0001 --old',
    },
    {
      line: 'keys export --deployment lookaside-production --file .cache/keys.csv',
      does: 'Writes all keys with their values, for keys import in another region.',
    },
  ],
  run: async (given, context) => (await import('../keys/run-keys.ts')).runKeys(given, context),
});
