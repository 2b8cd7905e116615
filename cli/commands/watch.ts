import { defineCommand } from '../command.ts';
import { text, wholeNumber } from '../parameters.ts';
import { PLACE } from '../place.ts';
import { excludes, needs } from '../rules.ts';
import { DEPLOYED_SECONDS, HERE_SECONDS } from '../watch/every-seconds.ts';

/** The command `lookaside watch`. */
export const watch = defineCommand({
  name: 'watch',
  summary: 'show live how look-ups are answered',
  description:
    'It shows counters by outcome, the hit ratio, times, and calls to the upstream: on a terminal as a table that renews itself, ' +
    'elsewhere as one line each time. By default it asks the service of npm start. For a deployment (--deployment) it reads the ' +
    'metrics of CloudWatch with the AWS credentials of this shell. The metrics are a minute or two late. The credentials need ' +
    'cloudwatch:GetMetricData. Ctrl-C ends it.',
  arguments: {},
  options: {
    url: PLACE.url,
    deployment: text({
      value: 'ENVIRONMENT',
      help: "read CloudWatch's metrics of this environment, such as production",
    }),
    minutes: wholeNumber(
      { from: 1, to: 60, standIn: 5 },
      { value: 'N', help: 'with --deployment: of how many minutes' },
    ),
    everySeconds: wholeNumber(
      { from: 0, to: 3600, standIn: 0 },
      {
        value: 'N',
        help: `how often to look; 0: every ${HERE_SECONDS} s here, every ${DEPLOYED_SECONDS} s with --deployment`,
      },
    ),
    rounds: wholeNumber(
      { from: 0, to: 1_000_000, standIn: 0 },
      { value: 'N', help: 'how many times; 0: until Ctrl-C' },
    ),
  },
  rules: [needs('minutes', 'deployment'), excludes('deployment', 'url')],
  examples: [
    { line: 'watch', does: 'Watches the service of npm start.' },
    { line: 'watch --deployment production --minutes 15', does: 'Watches a deployment.' },
    { line: 'watch --deployment production --rounds 1 --json', does: 'Prints the figures once, for a script.' },
  ],
  run: async (given, context) => (await import('../watch/run-watch.ts')).runWatch(given, context),
});
