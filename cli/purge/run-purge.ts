import { toCustomerId } from '../../functions/customer/identifier/customer-id.ts';
import { addressOf, type Call, type Reply, send } from '../../functions/smoke/exchange.ts';
import { regionOfHost } from '../../scripts/smoke/purge-check.ts';
import { signatureHeaders } from '../../scripts/smoke/signature.ts';
import { countIn, refusalBy } from '../acknowledgement.ts';
import { awsIdentity } from '../aws-identity.ts';
import type { Context } from '../command.ts';
import { CommandError, type Exit, UsageError } from '../exit-codes.ts';
import { type Place, placeOf } from '../place.ts';
import { readIdentifier } from '../subject.ts';

interface Purged {
  readonly what: string;
  readonly source: string;
  readonly accountId: string | undefined;
}

interface Options extends Purged {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly tries: number;
}

/** Deletes entries. */
export async function runPurge(given: Options, context: Context): Promise<Exit> {
  const { output, progress } = context;
  const place = placeOf(given, context);
  const call = await callOf(given, context);
  const reply = await progress.during('Purging', () => purgeUntilDone(place, call, given.tries, context));
  const count = countIn(reply, 'purged');
  const entries = count === undefined ? 'every entry of that identifier' : count === 1 ? '1 entry' : `${count} entries`;
  output.say({
    json: { isPurged: true, ...(count !== undefined && { purged: count }) },
    lines: [count === 0 ? 'There was no entry. No fetch in progress brings one back.' : `Gone: ${entries}.`],
  });
  return 'ok';
}

async function callOf({ what, source, accountId }: Purged, context: Context): Promise<Call> {
  const [, typed] = /^customer=(.*)$/s.exec(what) ?? [];
  if (typed !== undefined) {
    const id = toCustomerId(typed === '-' ? (await context.readInput()).trim() : typed);
    if (id === undefined)
      throw new UsageError('The value of customer is not a customer id; allowed is a whole number.');
    return { path: `cache/customers/${id}`, method: 'DELETE' };
  }
  const { name, value } = await readIdentifier(what, context, ['customer']);
  const account = accountId === undefined ? {} : { accountId };
  return {
    path: 'cache/entries',
    method: 'DELETE',
    query: { source, ...account, identifierName: name, identifierValue: value },
  };
}

/** The wait after a purge that could not be completed, if the answer does not say. Seconds. */
const PAUSE_SECONDS = 1;

async function purgeUntilDone(place: Place, call: Call, tries: number, context: Context): Promise<Reply> {
  for (let tried = 1; ; tried++) {
    const reply = await send(place, { ...call, headers: await signatureOf(place, call) });
    if (typeof reply === 'string') throw new CommandError('unreachable', reply);
    if (reply.status === 200 || reply.status === 204) return reply;
    if (reply.status !== 503 || tried >= tries) throw refusalOf(reply);
    await context.sleep(1000 * (Number(reply.headers.get('retry-after')) || PAUSE_SECONDS));
  }
}

async function signatureOf(place: Place, call: Call): Promise<Readonly<Record<string, string>>> {
  if (place.isHere) return {};
  const { credentials, region } = await awsIdentity();
  return signatureHeaders({
    url: addressOf(place, call),
    method: call.method ?? 'GET',
    service: 'execute-api',
    region: regionOfHost(place.url) ?? region,
    credentials,
  });
}

function refusalOf(reply: Reply): CommandError {
  if (reply.status === 403) {
    return new CommandError(
      'not-allowed',
      'Cache administration refuses this signature: the identity needs execute-api:Invoke on the output AdministrationArn ' +
        "(docs/deploying.md); or its session has expired, or this machine's clock is wrong by more than 300 s.",
    );
  }
  return refusalBy(reply, 'Nothing is acknowledged');
}
