import { describe, explainHeaderValue, type Reply, send, type Target } from '../../functions/smoke/exchange.ts';
import { readProblem } from '../../functions/smoke/failure.ts';
import { type Identifier, madeUp } from '../../functions/smoke/identifier.ts';
import type { Findings } from '../../functions/smoke/lookup-check.ts';
import { checkRemoval } from './made-up-entry.ts';

const PATH = 'events/capillary';

/**
 * Checks the webhook: it refuses an event without its secret and, if the secret is given, acts upon one with it. The
 * event is about a made-up external id, so it reaches no customer's entry. Never throws.
 *
 * @param secret what `Authorization` must be: the secret's value, or one of a list
 */
export async function checkWebhook(target: Target, secret: string | undefined): Promise<Findings> {
  const problem = secret === undefined ? undefined : explainHeaderValue('--webhook-secret', secret);
  if (problem !== undefined) return { lines: [], problems: [problem] };
  const stranger = await post(target, madeUp(), undefined);
  if (typeof stranger === 'string') return { lines: [], problems: [stranger] };
  const line = `webhook without its secret: ${describe(stranger)}`;
  if (stranger.status !== 401) {
    const words =
      `The webhook answers ${stranger.status} to an event without its secret; it must refuse it (401). Look at what ` +
      `is in front of ${PATH}.`;
    return { lines: [line], problems: [words] };
  }
  if (secret === undefined) {
    return { lines: [line, 'webhook with its secret: not tried (--webhook-secret)'], problems: [] };
  }
  const remove = async (identifier: Identifier) => {
    const reply = await post(target, identifier, secret);
    if (typeof reply === 'string') return { lines: [], problems: [reply], isAcknowledged: false };
    const problems = explainRefusal(reply);
    const lines = [`webhook with its secret: ${describe(reply)}`];
    return { lines, problems, isAcknowledged: problems.length === 0 };
  };
  const { lines, problems } = await checkRemoval(target, remove, STILL_SERVED);
  return { lines: [line, ...lines], problems };
}

const STILL_SERVED =
  'An event was acknowledged, and the entry that it is about is still served: the webhook and the look-ups have ' +
  'different tables or key secrets. Deploy all functions again.';

function post(target: Target, { name, value }: Identifier, authorization: string | undefined) {
  const event = { eventName: 'customerUpdated', data: { customerIdentifiers: { [name]: value } } };
  return send(target, {
    path: PATH,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    body: JSON.stringify(event),
  });
}

function explainRefusal(reply: Reply): string[] {
  if (reply.status === 200) return [];
  if (reply.status === 401) {
    return [
      'The webhook refuses this secret. It takes the secret that the last deployment put into the function: compare it with ' +
        "WebhookSecretArn, and deploy after each change. If it is a list 'new,old', give one of them.",
    ];
  }
  const { code = 'no code', detail } = readProblem(reply);
  return [`The webhook answers ${reply.status} to an event, ${code}: ${detail}`];
}
