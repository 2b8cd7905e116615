import { toCustomerId } from '../../functions/customer/identifier/customer-id.ts';
import { DOCUMENTED_EVENTS } from '../../functions/invalidate/event/event-name.ts';
import { explainHeaderValue, type Reply, send } from '../../functions/smoke/exchange.ts';
import { wordsFor } from '../../functions/smoke/given-text.ts';
import { LOCAL_WEBHOOK_SECRET } from '../../local/local-webhook-secret.ts';
import { countIn, refusalBy } from '../acknowledgement.ts';
import type { Context } from '../command.ts';
import { counted } from '../counted.ts';
import { CommandError, type Exit, UsageError } from '../exit-codes.ts';
import { placeOf } from '../place.ts';
import { readTextFile } from '../read-text-file.ts';
import { readIdentifier } from '../subject.ts';
import { suggestion } from '../suggestion.ts';

interface Named {
  readonly event: string;
  readonly customer: string | undefined;
  readonly identifier: string | undefined;
}

interface Options extends Named {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly webhookSecret: string | undefined;
}

/** Sends an event to the webhook. */
export async function runTrigger(given: Options, context: Context): Promise<Exit> {
  const { output, progress } = context;
  const place = placeOf(given, context);
  const { body, headers } = await eventOf(given, context);
  const authorization = given.webhookSecret?.split(',')[0] ?? (place.isHere ? LOCAL_WEBHOOK_SECRET : undefined);
  if (authorization === undefined) {
    throw new UsageError(
      "--webhook-secret is missing (it may also come from the environment, as WEBHOOK_SECRET): a deployment's webhook needs it.",
    );
  }
  const problem = explainHeaderValue('--webhook-secret', authorization);
  if (problem !== undefined) throw new UsageError(problem);
  const reply = await progress.during('Sending', () =>
    send(place, { path: 'events/capillary', method: 'POST', headers: { ...headers, authorization }, body }),
  );
  if (typeof reply === 'string') throw new CommandError('unreachable', reply);
  if (reply.status !== 200) throw refusalOf(reply);
  const count = countIn(reply, 'invalidated');
  output.say({ json: { invalidated: count }, lines: [describe(count)] });
  return 'ok';
}

interface Sent {
  readonly body: string | Buffer<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_HEADERS = { 'content-type': 'application/json' };

async function eventOf({ event, customer, identifier }: Named, context: Context): Promise<Sent> {
  const name = DOCUMENTED_EVENTS.find((known) => known.toLowerCase() === event.toLowerCase());
  if (name === undefined) {
    if (customer !== undefined || identifier !== undefined) {
      throw new UsageError(
        `EVENT is ${wordsFor(event)}${suggestion(event, DOCUMENTED_EVENTS)}; with --customer or --identifier allowed is ${DOCUMENTED_EVENTS.join(', ')}.`,
      );
    }
    return readEvent(event);
  }
  if (customer === undefined && identifier === undefined) {
    throw new UsageError(`--customer or --identifier is missing: an event is about a customer.`);
  }
  const id = customer === undefined ? undefined : toCustomerId(customer);
  if (customer !== undefined && id === undefined) {
    throw new UsageError('--customer is not a customer id; allowed is a whole number.');
  }
  const named = identifier === undefined ? undefined : await readIdentifier(identifier, context);
  const customerIdentifiers = {
    ...(id !== undefined && { customerId: id }),
    ...(named !== undefined && { instore: { [named.name]: named.value } }),
  };
  return { body: JSON.stringify({ eventName: name, data: { customerIdentifiers } }), headers: JSON_HEADERS };
}

/**
 * An event file: the event that API Gateway passes to the function, or only its body.
 * @throws {UsageError} if it is unreadable
 */
async function readEvent(file: string): Promise<Sent> {
  const text = await readTextFile(file, {
    parameter: 'EVENT',
    suggestion: suggestion(file, DOCUMENTED_EVENTS),
    allowed: `a file, or one of ${DOCUMENTED_EVENTS.join(', ')}`,
  });
  let event: Readonly<Record<string, unknown>>;
  try {
    event = Object(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${file} is not JSON; allowed is a JSON file, such as one of events/invalidate/.`, {
      cause: error,
    });
  }
  if (!('httpMethod' in event)) return { body: text, headers: JSON_HEADERS };
  if (event.resource !== '/events/capillary' || typeof event.body !== 'string') {
    throw new UsageError(
      `${file} is not an event for the webhook; allowed is one with the resource /events/capillary and a body.`,
    );
  }
  const coding = Object.entries(Object(event.headers)).find(([name]) => name.toLowerCase() === 'content-encoding')?.[1];
  return {
    body: event.isBase64Encoded === true ? Buffer.from(event.body, 'base64') : event.body,
    headers: { ...JSON_HEADERS, ...(typeof coding === 'string' && { 'content-encoding': coding }) },
  };
}

function refusalOf(reply: Reply): CommandError {
  if (reply.status === 401) {
    return new CommandError(
      'not-allowed',
      'The webhook refuses this secret. It takes the secret that the last deployment put into the function: compare it with ' +
        'WebhookSecretArn, and deploy after each change.',
    );
  }
  return refusalBy(reply, `The webhook answers ${reply.status}`);
}

/** @param count how many entries the webhook deleted or marked stale */
function describe(count: number): string {
  if (count === 0) {
    return (
      'No entry is deleted or marked stale: the cache has none of this customer, all of them are marked already, or ' +
      'the event names no customer.'
    );
  }
  return `${counted(count, 'entry is', 'entries are')} deleted or marked stale.`;
}
