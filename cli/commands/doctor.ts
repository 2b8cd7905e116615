import { defineCommand } from '../command.ts';
import { text } from '../parameters.ts';
import { PLACE } from '../place.ts';

/** The command `lookaside doctor`. */
export const doctor = defineCommand({
  name: 'doctor',
  summary: 'examine a set-up, and say what is wrong with it and what to do',
  description:
    'It examines Node, the settings, the secrets, the region, the upstream, the table, the clock and the service. It asks the upstream ' +
    'for a made-up customer by each API, with the configured credentials. Without --function it examines the environment of this shell, ' +
    'which npm start reads. With --function it examines a deployed function, with the AWS credentials of this shell. It changes nothing.',
  arguments: {},
  options: {
    url: PLACE.url,
    function: text({
      value: 'NAME',
      help: "examine this function: the stack's output HttpFunctionName, with :live at its end",
    }),
  },
  examples: [
    { line: 'doctor', does: 'Examines what npm start would start with.' },
    {
      line: 'doctor --function lookaside-production-http:live --url https://abcdefghij.execute-api.ap-south-1.amazonaws.com/live/',
      does: 'Examines a deployment.',
    },
  ],
  run: async (given, context) => (await import('../doctor/run-doctor.ts')).runDoctor(given, context),
});
