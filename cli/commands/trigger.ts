import { defineCommand } from '../command.ts';
import { required, text } from '../parameters.ts';
import { PLACE } from '../place.ts';

export const trigger = defineCommand({
  name: 'trigger',
  summary: "send an event of the upstream's to the webhook",
  description:
    'EVENT is the name of a documented event, about the customer of --customer or the identifier of --identifier; or it is a file. ' +
    'Of a file of events/invalidate/ it sends the body, with its headers. It sends any other JSON file unchanged. Points, tier, coupon ' +
    'and transaction events mark entries stale; all others delete them.',
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
      help: 'what the webhook wants as Authorization; on this machine it is known',
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
