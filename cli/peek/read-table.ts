import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvalidRequestError } from '../../functions/customer/request/invalid-request-error.ts';
import { parseSettings, type Settings } from '../../functions/settings/settings.ts';
import { SettingsError } from '../../functions/settings/settings-error.ts';
import { type Peeked, peek } from '../../local/peek/peek.ts';
import { functionsEnvironment, localAwsConfig } from '../../local/settings.ts';
import { ready } from '../aws-client.ts';
import { awsErrorName, isRefusedIdentity } from '../aws-failure.ts';
import type { Context } from '../command.ts';
import { CommandError, UsageError } from '../exit-codes.ts';
import { readFunctionSettings } from '../function-settings.ts';

/**
 * Reads what the table of a deployment has about an identifier.
 * @param functionName the function whose settings name the table; undefined: the settings of this shell name it
 * @throws {CommandError} if it cannot be read
 */
export async function readTable(
  functionName: string | undefined,
  subject: Readonly<Record<string, string>>,
  context: Context,
): Promise<Peeked> {
  const { environment, now } = context;
  const settings =
    functionName === undefined ? ownSettings(context) : await readFunctionSettings(functionName, environment);
  const endpoint = environment.AWS_ENDPOINT_URL_DYNAMODB?.trim();
  const place = endpoint ? { endpoint, ...localAwsConfig(environment, endpoint) } : {};
  const client = await ready(new DynamoDBClient(place), 'DynamoDB');
  try {
    return await peek(client, settings, Object.entries(subject), now);
  } catch (error) {
    if (error instanceof InvalidRequestError) throw new CommandError('wrong', error.message, { cause: error });
    throw toCommandError(error, settings.cache.table);
  } finally {
    client.destroy();
  }
}

/** The settings of this shell. Those of the upstream may be missing, because the command does not ask it. */
function ownSettings({ environment }: Context): Settings {
  const isAddressMissing = !environment.UPSTREAM_BASE_URL?.trim();
  if (!environment.CACHE_KEY_SECRET?.trim()) {
    throw new UsageError(
      '--own-settings needs CACHE_KEY_SECRET in the environment: without it the command cannot make a cache key.',
    );
  }
  try {
    return parseSettings(functionsEnvironment(environment, isAddressMissing ? 'http://127.0.0.1' : undefined));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new CommandError('wrong', error.message, { cause: error });
  }
}

function toCommandError(error: unknown, table: string): CommandError {
  const kind = awsErrorName(error);
  if (kind === 'ResourceNotFoundException') {
    return new CommandError(
      'wrong',
      `There is no table ${table} there. Check CACHE_TABLE, AWS_REGION and AWS_PROFILE.`,
      {
        cause: error,
      },
    );
  }
  return isRefusedIdentity(error)
    ? new CommandError(
        'not-allowed',
        `This AWS identity may not read the table ${table} (${kind}): it needs dynamodb:Query, and the table's own policy must let ` +
          'it in (docs/operating.md, Letting a person in).',
        { cause: error },
      )
    : new CommandError(
        'unreachable',
        `The table ${table} cannot be read (${kind}). Check AWS_REGION, AWS_PROFILE and the network.`,
        { cause: error },
      );
}
