import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { fillSecret, secretTextOf, WrongCredentialsError } from '../../scripts/fill-secret.ts';
import { addressOfSecret } from '../../scripts/secret-address.ts';
import { ready } from '../aws-client.ts';
import { isRefusedIdentity, isUnreachable } from '../aws-failure.ts';
import type { Context } from '../command.ts';
import { CommandError, type Exit } from '../exit-codes.ts';
import { readSetRegion } from '../set-region.ts';
import { askForCredentials } from './ask-for-credentials.ts';

/** Puts the upstream's credentials into a secret. */
export async function runSecret({ secret: secretId }: { readonly secret: string }, context: Context): Promise<Exit> {
  const address = addressOfSecret(secretId, await readSetRegion());
  if (address.kind !== 'known') {
    throw new CommandError(address.kind === 'refused' ? 'wrong' : 'not-allowed', `Nothing stored. ${address.reason}`);
  }
  const given = await givenCredentials(context);
  const client = await ready(new SecretsManagerClient({ region: address.region }), 'Secrets Manager');
  try {
    // This comes last, so that no other check fails after a person has typed them.
    const credentials = given ?? (await askForCredentials());
    const version = await context.progress.during('Storing the credentials', () =>
      fillSecret(client, secretId, credentials),
    );
    context.output.say({
      json: { version },
      lines: [`The secret holds the credentials now (version ${version}). Next: npm run smoke.`],
    });
    return 'ok';
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof WrongCredentialsError) throw wrongCredentials(error);
    const exit = isRefusedIdentity(error) ? 'not-allowed' : isUnreachable(error) ? 'unreachable' : 'wrong';
    // The SDK's error names the secret and the reason, not the value.
    throw new CommandError(exit, `Nothing stored. ${String(error)}`, { cause: error });
  } finally {
    client.destroy();
  }
}

/**
 * The credentials in the environment or in standard input; undefined: the command must ask for them.
 * @throws {CommandError} if they are wrong
 */
async function givenCredentials({ environment, canAsk, readInput }: Context): Promise<string | undefined> {
  const { UPSTREAM_CREDENTIALS: fromEnvironment } = environment;
  if (!fromEnvironment && canAsk) return undefined;
  const given = fromEnvironment || (await readInput());
  try {
    return secretTextOf(given);
  } catch (error) {
    throw error instanceof WrongCredentialsError ? wrongCredentials(error) : error;
  }
}

function wrongCredentials(error: WrongCredentialsError): CommandError {
  return new CommandError('wrong', error.message, { cause: error });
}
