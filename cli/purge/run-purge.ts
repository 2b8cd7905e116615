import { toCustomerId } from '../../functions/customer/identifier/customer-id.ts';
import { addressOf, type Call, type Reply, send } from '../../functions/smoke/exchange.ts';
import { regionOfHost } from '../../scripts/smoke/purge-check.ts';
import { signatureHeaders } from '../../scripts/smoke/signature.ts';
import { countIn, refusalBy } from '../acknowledgement.ts';
import { awsIdentity } from '../aws-identity.ts';
import type { Context } from '../command.ts';
import { counted } from '../counted.ts';
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

/** A request for a purge. */
interface Purge extends Call {
  /** The status with which Lookaside acknowledges it. Only that of a customer (200) says how many entries it deleted. */
  readonly doneStatus: 200 | 204;
}

/** Deletes entries. */
export async function runPurge(given: Options, context: Context): Promise<Exit> {
  const { output, progress } = context;
  const place = placeOf(given, context);
  const purge = await purgeOf(given, context);
  const reply = await progress.during('Purging', () => purgeUntilDone(place, purge, given.tries, context));
  const count = purge.doneStatus === 200 ? countIn(reply, 'purged') : undefined;
  const entries = count === undefined ? 'every entry of that identifier' : counted(count, 'entry', 'entries');
  output.say({
    json: { isPurged: true, ...(count !== undefined && { purged: count }) },
    lines: [count === 0 ? 'There was no entry. No fetch in progress brings one back.' : `Gone: ${entries}.`],
  });
  return 'ok';
}

async function purgeOf({ what, source, accountId }: Purged, context: Context): Promise<Purge> {
  const [, typed] = /^customer=(.*)$/s.exec(what) ?? [];
  if (typed !== undefined) {
    const id = toCustomerId(typed === '-' ? (await context.readInput()).trim() : typed);
    if (id === undefined)
      throw new UsageError('The value of customer is not a customer id; allowed is a whole number.');
    return { path: `cache/customers/${id}`, method: 'DELETE', doneStatus: 200 };
  }
  const { name, value } = await readIdentifier(what, context, ['customer']);
  const account = accountId === undefined ? {} : { accountId };
  return {
    path: 'cache/entries',
    method: 'DELETE',
    doneStatus: 204,
    query: { source, ...account, identifierName: name, identifierValue: value },
  };
}

/** The wait after a purge that could not be completed, if the answer does not say. Seconds. */
const PAUSE_SECONDS = 1;

async function purgeUntilDone(place: Place, purge: Purge, tries: number, context: Context): Promise<Reply> {
  for (let tried = 1; ; tried++) {
    const reply = await send(place, { ...purge, headers: await signatureOf(place, purge) });
    if (typeof reply === 'string') throw new CommandError('unreachable', reply);
    if (reply.status === purge.doneStatus) return reply;
    if (reply.status !== 503 || tried >= tries) throw refusalOf(reply, place);
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

function refusalOf(reply: Reply, place: Place): CommandError {
  if (reply.status === 403 && !place.isHere) {
    return new CommandError(
      'not-allowed',
      'Cache administration refuses this signature: the identity needs execute-api:Invoke on the output AdministrationArn ' +
        "(docs/deploying.md); or its session has expired, or this machine's clock is wrong by more than 300 s.",
    );
  }
  return refusalBy(reply, 'Nothing is acknowledged');
}
