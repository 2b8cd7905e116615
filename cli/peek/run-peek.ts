import { send } from '../../functions/smoke/exchange.ts';
import type { Peeked } from '../../local/peek/peek.ts';
import type { Context } from '../command.ts';
import { CommandError, type Exit, UsageError } from '../exit-codes.ts';
import { notTheLocalService } from '../not-the-local-service.ts';
import { placeOf } from '../place.ts';
import { readIdentifier } from '../subject.ts';
import { peekLines } from './peek-lines.ts';

interface Options {
  readonly identifier: string;
  readonly url: string | undefined;
  readonly function: string | undefined;
  readonly ownSettings: boolean;
  readonly source: string;
  readonly accountId: string | undefined;
}

/** Shows the cache's entries of an identifier. */
export async function runPeek(given: Options, context: Context): Promise<Exit> {
  const { output, progress } = context;
  const { name, value } = await readIdentifier(given.identifier, context);
  const account = given.accountId === undefined ? {} : { accountId: given.accountId };
  const subject = { source: given.source, ...account, identifierName: name, identifierValue: value };
  const peeked = await progress.during('Reading', () => read(given, subject, context));
  output.say({ json: peeked, lines: peekLines(peeked, output, given.ownSettings) });
  return peeked.variants.some(({ entry }) => entry !== undefined) ? 'ok' : 'not-found';
}

async function read(given: Options, subject: Readonly<Record<string, string>>, context: Context): Promise<Peeked> {
  if (given.function !== undefined || given.ownSettings) {
    const { readTable } = await import('./read-table.ts');
    return readTable(given.function, subject, context);
  }
  const place = placeOf({ url: given.url, key: undefined }, context);
  if (!place.isHere) {
    throw new UsageError(
      "--function is missing: for a deployment the command reads the table, with the settings of this function (the stack's output HttpFunctionName, with :live at its end).",
    );
  }
  const reply = await send(place, {
    path: '__console/api/peek',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(subject),
  });
  if (typeof reply === 'string') throw new CommandError('unreachable', reply);
  const answer = answerOf(reply.body);
  if (reply.status === 200 && answer !== undefined && 'variants' in answer) return answer as unknown as Peeked;
  if (typeof answer?.error === 'string') throw new CommandError('wrong', answer.error);
  throw notTheLocalService(reply);
}

function answerOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(body));
  } catch {
    return undefined;
  }
}
