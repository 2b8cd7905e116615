import { defineCommand } from '../command.ts';
import { required, text } from '../parameters.ts';
import { PLACE } from '../place.ts';

/** The command `lookaside trigger`. */
export const trigger = defineCommand({
  name: 'trigger',
  summary: 'send an event of the upstream to the webhook',
  description:
    'EVENT is the name of a documented event, or a file. A name needs the customer: --customer or --identifier. From a ' +
    'file of events/invalidate/ the command sends the body and the headers. It sends any other JSON file unchanged. Points, tier, coupon ' +
    'and transaction events mark entries stale. All other events delete them.',
  arguments: {
    event: required({
      value: 'EVENT',
      help: 'pointsRedeemed, customerUpdated, …, or a file such as events/invalidate/event-points-issued.json',
    }),
  },
  options: {
    ...PLACE,
    customer: text({ value: 'ID', help: "the customer's id" }),
    identifier: text({ value: 'NAME=VALUE', help: 'an identifier of the customer, as for lookup' }),
    webhookSecret: text({
      value: 'SECRET',
      help: 'the secret that the webhook needs as Authorization; on this machine the command knows it',
      environment: 'WEBHOOK_SECRET',
      isSecret: true,
    }),
  },
  examples: [
    {
      line: 'trigger pointsRedeemed --customer 566881933',
      does: "Marks the customer's entries stale, in the service of npm start.",
    },
    {
      line: 'trigger customerUpdated --identifier mobile=1234512345',
      does: 'Deletes the entries of one identifier.',
    },
    {
      line: 'trigger events/invalidate/event-of-a-merge.json',
      does: 'Sends a file of the repository.',
    },
  ],
  run: async (given, context) => (await import('../trigger/run-trigger.ts')).runTrigger(given, context),
});
