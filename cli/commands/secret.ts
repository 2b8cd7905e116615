import { fillSecret, WrongCredentialsError } from '../../scripts/fill-secret.ts';
import { addressOfSecret } from '../../scripts/secret-address.ts';
import { askForCredentials } from '../ask-for-credentials.ts';
import { ready } from '../aws-client.ts';
import { type Context, defineCommand } from '../command.ts';
import { CommandError } from '../exit-codes.ts';
import { required } from '../parameters.ts';
import { readSetRegion } from '../set-region.ts';

export const secret = defineCommand({
  name: 'secret',
  summary: "put the upstream's credentials into the secret that the stack made",
  description:
    'The credentials come from UPSTREAM_CREDENTIALS in the environment, or from standard input, or from the answers to ' +
    'questions, which the terminal does not show: JSON, {"username","password"} for a till or {"key","secret"} for a client. Region and AWS credentials are ' +
    'those that the AWS CLI uses; the region must be that of the ARN.',
  arguments: {},
  options: {
    secret: required({ value: 'ARN', help: "the secret: the stack's output UpstreamSecretArn" }),
  },
  examples: [
    {
      line: 'secret --secret arn:aws:secretsmanager:ap-south-1:123456789012:secret:UpstreamCredentials-a1B2c3',
      does: 'Asks for the credentials, and stores them.',
    },
  ],
  run: async ({ secret: secretId }, context) => {
    const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const address = addressOfSecret(secretId, await readSetRegion());
    if (address.kind === 'refused') throw new CommandError('wrong', `Nothing stored. ${address.reason}`);
    const client = await ready(new SecretsManagerClient({ region: address.region }), 'Secrets Manager');
    try {
      const credentials = await readCredentials(context);
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
      // The SDK's error names the secret and the reason, not the value.
      const reason = error instanceof WrongCredentialsError ? error.message : `Nothing stored. ${String(error)}`;
      throw new CommandError('wrong', reason, { cause: error });
    } finally {
      client.destroy();
    }
  },
});

async function readCredentials({ environment, canAsk, readInput }: Context): Promise<string> {
  const { UPSTREAM_CREDENTIALS: fromEnvironment } = environment;
  if (fromEnvironment) return fromEnvironment;
  return canAsk ? askForCredentials() : readInput();
}
