import { defineCommand, type Rule } from '../command.ts';
import { required, text, wholeNumber } from '../parameters.ts';
import { PLACE } from '../place.ts';
import { IDENTIFIER, SOURCE, sourceHasAccount } from '../subject.ts';

/** The rule that a customer has entries in every source: a purge of the customer cannot spare some of them. */
const customerHasNoSource: Rule = ({ what = '', source, accountId }) =>
  what.startsWith('customer=') && (source ?? accountId) !== undefined
    ? '--source and --account-id belong to an identifier: customer=ID deletes the entries of every source; leave them out.'
    : undefined;

/** The command `lookaside purge`. */
export const purge = defineCommand({
  name: 'purge',
  summary: 'delete the entries of an identifier, or all entries of a customer',
  description:
    'With an identifier it deletes every entry of its look-ups, of both APIs and all accounts. With customer=ID it deletes every entry ' +
    'of the customer, under all identifiers. A deployment needs a signature: the command makes it with the AWS credentials of this ' +
    'shell. If a purge could not be completed, the command repeats it, and it goes on where it stopped.',
  arguments: { what: required({ value: 'WHAT', help: `customer=ID, or ${IDENTIFIER.help}` }) },
  options: {
    ...PLACE,
    source: SOURCE,
    accountId: text({ value: 'ACCOUNT', help: 'the account of a source other than INSTORE' }),
    tries: wholeNumber({ from: 1, to: 100, standIn: 10 }, { value: 'N', help: 'how many tries at most' }),
  },
  rules: [customerHasNoSource, sourceHasAccount],
  examples: [
    { line: 'purge customer=566881933', does: 'Deletes every entry of the customer, from the service of npm start.' },
    { line: 'purge mobile=1234512345', does: 'Deletes the entries of one identifier.' },
    {
      line: 'purge customer=566881933 --url https://abcdefghij.execute-api.ap-south-1.amazonaws.com/live/',
      does: 'The same in a deployment, signed.',
    },
  ],
  run: async (given, context) => (await import('../purge/run-purge.ts')).runPurge(given, context),
});
