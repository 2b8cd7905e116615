import { defineCommand, type Parameter } from '../command.ts';
import { text } from '../parameters.ts';

/** The command `lookaside drift`. */
export const drift = defineCommand({
  name: 'drift',
  summary: 'say how many hits were wrong, by their age',
  description:
    'It reads the audits (AUDIT_SHARE) in the log of the function -revalidate, and sends no request to any service. It names the ' +
    'FRESH_SECONDS at which a share of the hits is wrong, from the curve 1 − exp(−rate × age) that fits the audits best.',
  arguments: {
    file: text({ value: 'FILE', help: 'log lines, or an export of CloudWatch Logs; without it, standard input' }),
  },
  options: {
    share: percentage(),
    plots: text({ value: 'FOLDER', help: 'write the plot drift.svg there' }),
  },
  examples: [
    { line: 'drift < revalidate.log', does: 'Shows the share of wrong hits by age, of log lines.' },
    {
      line: 'drift events.json --share 0.5 --plots .cache/plots --json',
      does: 'The FRESH_SECONDS for half a per cent of wrong hits, of an export of CloudWatch Logs, as JSON and with a plot.',
    },
  ],
  run: async (given, context) => (await import('../drift/run-drift.ts')).runDrift(given, context),
});

/** A share of wrong hits, such as `0.5`. */
function percentage(): Parameter<number> {
  return {
    value: 'PERCENT',
    help: 'the share of wrong hits for which FRESH_SECONDS is named',
    default: '1',
    allowed: 'a number above 0 and below 100, such as 0.5',
    read: (given = '1') => {
      const number = /^\d{1,2}(\.\d{1,6})?$/.test(given) ? Number(given) : Number.NaN;
      return number > 0 ? number : null;
    },
  };
}
