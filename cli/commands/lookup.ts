import { DIRECTIVE_NAMES, NO_DIRECTIVES, readDirectives } from '../../functions/lookup/directives.ts';
import { defineCommand, type Parameter } from '../command.ts';
import { flag, oneOf, text, wholeNumber } from '../parameters.ts';
import { PLACE } from '../place.ts';
import { excludes } from '../rules.ts';
import { IDENTIFIER, SOURCE, sourceHasAccount } from '../subject.ts';

/** The command `lookaside lookup`. */
export const lookup = defineCommand({
  name: 'lookup',
  summary: 'look a customer up, and show the result',
  description:
    'It asks over HTTP, as a till does, or by direct invocation (--function), as another Lambda does. It prints one line, and the ' +
    'customer only with --show-customer.',
  arguments: { identifier: IDENTIFIER },
  options: {
    ...PLACE,
    function: text({
      value: 'NAME',
      help: "invoke this function instead of asking over HTTP: the stack's output InvokeFunctionName, or lookaside-invoke here",
    }),
    api: oneOf(['v2', 'v1.1'], { value: 'API', help: 'the API to ask by; without it, v2' }),
    source: SOURCE,
    accountId: text({ value: 'ACCOUNT', help: 'the account of a source other than INSTORE' }),
    embed: text({ value: 'SECTIONS', help: 'sections to add, with commas between them' }),
    fields: text({ value: 'FIELDS', help: 'the parts of the reply to give, such as id,profiles(firstName)' }),
    cacheControl: directives(),
    deadlineMs: wholeNumber(
      { from: 1, to: 900_000, standIn: 10_000 },
      { value: 'MS', help: 'by when there must be an answer, in milliseconds' },
    ),
    showCustomer: flag({ help: 'print the customer too, which is personal data' }),
  },
  rules: [excludes('function', 'url', 'key'), sourceHasAccount],
  examples: [
    { line: 'lookup mobile=1234512345', does: 'Looks a customer of the simulator up, by the service of npm start.' },
    {
      line: 'lookup id=566881933 --api v1.1 --show-customer --json',
      does: 'The same customer by v1.1, as JSON, the profile included.',
    },
    {
      line: 'lookup mobile=- --function lookaside-production-invoke:live < number.txt',
      does: "Invokes a deployment's function; the number stays out of the shell's history.",
    },
  ],
  run: async (given, context) => (await import('../lookup/run-lookup.ts')).runLookup(given, context),
});

/**
 * The directives to the cache. The service ignores one that it does not know, as RFC 9111 wants it. A person at a command
 * line would take the old answer for a new one.
 */
function directives(): Parameter<string | undefined> {
  return {
    value: 'DIRECTIVES',
    help: 'how fresh the answer must be, such as no-cache or max-age=60',
    allowed: `a list, with commas between, of ${DIRECTIVE_NAMES.join(', ')}; seconds follow =, as in max-age=60`,
    read: (given) => (given === undefined || given.split(',').every(hasMeaning) ? given : null),
  };
}

/** Whether the service obeys a directive: it knows the name, and can read the seconds. */
function hasMeaning(directive: string): boolean {
  const read = readDirectives(directive);
  return Object.entries(NO_DIRECTIVES).some(([name, absent]) => read[name as keyof typeof read] !== absent);
}
