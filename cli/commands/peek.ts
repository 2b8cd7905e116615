import { defineCommand } from '../command.ts';
import { flag, text } from '../parameters.ts';
import { PLACE } from '../place.ts';
import { excludes } from '../rules.ts';
import { IDENTIFIER, SOURCE, sourceHasAccount } from '../subject.ts';

/** The command `lookaside peek`. */
export const peek = defineCommand({
  name: 'peek',
  summary: "show the cache's entries of an identifier, and whether and why they are served",
  description:
    'For each variant (API, sections, account) it shows the age, the windows, whether and why the service serves it, and why the last ' +
    'answer was not stored. It does not ask the upstream, changes nothing and shows no profile. By default it asks the service of npm ' +
    'start. For a deployment it reads the table, with the settings of the function that --function names and the AWS credentials of ' +
    "this shell. The credentials need lambda:GetFunctionConfiguration and dynamodb:Query, and the table's policy must let them in " +
    '(docs/operating.md, Letting a person in).',
  arguments: { identifier: IDENTIFIER },
  options: {
    url: PLACE.url,
    function: text({
      value: 'NAME',
      help: "read the table of this function: the stack's output HttpFunctionName, with :live at its end",
    }),
    ownSettings: flag({ help: 'read the table with the settings of this shell: CACHE_TABLE, CACHE_KEY_SECRET, …' }),
    source: SOURCE,
    accountId: text({ value: 'ACCOUNT', help: 'the account of a source other than INSTORE' }),
  },
  rules: [excludes('function', 'ownSettings', 'url'), excludes('ownSettings', 'url'), sourceHasAccount],
  examples: [
    { line: 'peek mobile=1234512345', does: 'Asks the service of npm start.' },
    {
      line: 'peek mobile=- --function lookaside-production-http:live < number.txt',
      does: "Reads a deployment's table.",
    },
  ],
  run: async (given, context) => (await import('../peek/run-peek.ts')).runPeek(given, context),
});
