import { InvalidRequestError } from '../../functions/customer/request/invalid-request-error.ts';
import { parseSettings, type Settings, SettingsError } from '../../functions/settings/settings.ts';
import { send } from '../../functions/smoke/exchange.ts';
import type { Peeked } from '../../local/peek/peek.ts';
import { functionsEnvironment, localAwsConfig } from '../../local/settings.ts';
import { type Context, defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../exit-codes.ts';
import { readFunctionSettings } from '../function-settings.ts';
import { flag, text } from '../parameters.ts';
import { peekLines } from '../peek-lines.ts';
import { PLACE, placeOf } from '../place.ts';
import { IDENTIFIER, readIdentifier, SOURCE } from '../subject.ts';

export const peek = defineCommand({
  name: 'peek',
  summary: "show the cache's entries of an identifier, and whether and why they are served",
  description:
    'It shows each variant (API, sections, account): its age and windows, why it is or is not served, and why the last answer was ' +
    'not stored. It asks no upstream, changes nothing and shows no profile. By default it asks the service of npm start. For a deployment ' +
    "it reads the table, with the settings of the function that --function names and this shell's AWS credentials: they need " +
    'lambda:GetFunctionConfiguration and dynamodb:Query.',
  arguments: { identifier: IDENTIFIER },
  options: {
    url: PLACE.url,
    function: text({
      value: 'NAME',
      help: "read the table of this function: the stack's output HttpFunctionName",
    }),
    ownSettings: flag({ help: 'read the table with the settings of this shell: CACHE_TABLE, CACHE_KEY_SECRET, …' }),
    source: SOURCE,
    accountId: text({ value: 'ACCOUNT', help: 'the account of a source other than INSTORE' }),
  },
  examples: [
    { line: 'peek mobile=1234512345', does: 'Asks the service of npm start.' },
    { line: 'peek mobile=- --function lookaside-production-http < number.txt', does: "Reads a deployment's table." },
  ],
  run: async (given, context) => {
    const { output, progress } = context;
    const { name, value } = await readIdentifier(given.identifier, context);
    const account = given.accountId === undefined ? {} : { accountId: given.accountId };
    const subject = { source: given.source, ...account, identifierName: name, identifierValue: value };
    const peeked = await progress.during('Reading', () => read(given, subject, context));
    output.say({ json: peeked, lines: peekLines(peeked, output) });
    return peeked.variants.some(({ entry }) => entry !== undefined) ? 'ok' : 'not-found';
  },
});

interface Options {
  readonly url: string | undefined;
  readonly function: string | undefined;
  readonly ownSettings: boolean;
}

type Subject = Readonly<Record<string, string>>;

async function read(given: Options, subject: Subject, context: Context): Promise<Peeked> {
  if (given.function !== undefined && given.ownSettings) {
    throw new UsageError('--function and --own-settings are both given; allowed is one of them.');
  }
  if (given.function !== undefined) {
    return readTable(await readFunctionSettings(given.function, context.environment), subject, context);
  }
  if (given.ownSettings) return readTable(ownSettings(context), subject, context);
  const place = placeOf({ url: given.url, key: undefined }, context);
  if (!place.isHere) {
    throw new UsageError(
      "--function is missing: of a deployment the table is read, by the settings of its function (the stack's output HttpFunctionName).",
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
  throw new CommandError('unreachable', `What answers (HTTP status ${reply.status}) is not the service of npm start.`);
}

function answerOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** The settings of this shell. Those of the upstream may be missing, because the command does not ask it. */
function ownSettings({ environment }: Context): Settings {
  const isAddressMissing = !environment.UPSTREAM_BASE_URL?.trim();
  if (!environment.CACHE_KEY_SECRET?.trim()) {
    throw new UsageError('--own-settings needs CACHE_KEY_SECRET in the environment: without it no key can be made.');
  }
  try {
    return parseSettings(functionsEnvironment(environment, isAddressMissing ? 'http://127.0.0.1' : undefined));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new CommandError('wrong', error.message, { cause: error });
  }
}

async function readTable(settings: Settings, subject: Subject, { environment, now }: Context): Promise<Peeked> {
  const [{ DynamoDBClient }, peeking] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('../../local/peek/peek.ts'),
  ]);
  const endpoint = environment.AWS_ENDPOINT_URL_DYNAMODB?.trim();
  const client = new DynamoDBClient(endpoint ? { endpoint, ...localAwsConfig(environment, endpoint) } : {});
  try {
    return await peeking.peek(client, settings, Object.entries(subject), now);
  } catch (error) {
    if (error instanceof InvalidRequestError) throw new CommandError('wrong', error.message, { cause: error });
    throw toCommandError(error, settings.cache.table);
  } finally {
    client.destroy();
  }
}

function toCommandError(error: unknown, table: string): CommandError {
  const kind = error instanceof Error ? error.name : typeof error;
  if (kind === 'ResourceNotFoundException') {
    return new CommandError('wrong', `There is no table ${table} in this region. Check AWS_REGION and AWS_PROFILE.`, {
      cause: error,
    });
  }
  const isRefused = /AccessDenied|UnrecognizedClient|InvalidSignature|ExpiredToken|Credentials/.test(kind);
  return isRefused
    ? new CommandError(
        'not-allowed',
        `This AWS identity may not read the table ${table} (${kind}): it needs dynamodb:Query.`,
        { cause: error },
      )
    : new CommandError('unreachable', `The table ${table} cannot be read (${kind}).`, { cause: error });
}
