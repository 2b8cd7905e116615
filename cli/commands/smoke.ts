import { APIS } from '../../functions/customer/request/canonical-request.ts';
import { defineCommand } from '../command.ts';
import { flag, oneOf, text } from '../parameters.ts';
import { PLACE } from '../place.ts';

/** The command `lookaside smoke`. */
export const smoke = defineCommand({
  name: 'smoke',
  summary: 'check a deployment from outside, and say in words what is wrong',
  description:
    'It looks a customer up twice by each API: first from the upstream, then from the cache. It checks that the webhook refuses an ' +
    'event without its secret, and that cache administration refuses a purge without a signature.',
  arguments: {},
  options: {
    ...PLACE,
    identifier: text({
      value: 'NAME=VALUE',
      help: 'the customer to look up, such as mobile=919876543210; without it, a made-up one',
    }),
    api: oneOf(APIS, { value: 'API', help: 'only this API' }),
    webhookSecret: text({
      value: 'SECRET',
      help: 'post an event with this secret too',
      environment: 'WEBHOOK_SECRET',
      isSecret: true,
    }),
    signed: flag({ help: 'purge too, signed with the AWS credentials of this shell' }),
    signLookups: flag({ help: "sign look-ups with the AWS credentials of this shell, for auth: 'iam'" }),
    token: text({
      value: 'TOKEN',
      help: 'send this JSON Web Token with look-ups, for an auth that names its issuer',
      environment: 'LOOKASIDE_TOKEN',
      isSecret: true,
    }),
    revalidation: flag({
      help: 'check also that a stale entry is revalidated: it needs --identifier, and takes FRESH_SECONDS',
    }),
  },
  examples: [
    { line: 'smoke', does: 'Checks the service of npm start.' },
    {
      line: 'smoke --url https://abcdefghij.execute-api.ap-south-1.amazonaws.com/live/ --key "$KEY" --signed',
      does: 'Checks a deployment, and whether this AWS identity may purge.',
    },
  ],
  run: async (given, context) => (await import('../smoke/run-smoke.ts')).runSmoke(given, context),
});
