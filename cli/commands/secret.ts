import { defineCommand } from '../command.ts';
import { required } from '../parameters.ts';

/** The command `lookaside secret`. */
export const secret = defineCommand({
  name: 'secret',
  summary: "put the upstream's credentials into the secret that the stack made",
  description:
    'The command asks for the credentials, and the terminal does not show the password or the secret. The credentials may ' +
    'also come from UPSTREAM_CREDENTIALS in the environment, or from standard input, as JSON: {"username","password"} for a ' +
    'till or {"key","secret"} for a client. The command uses the region and the credentials of the AWS CLI; the region must ' +
    'be that of the ARN.',
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
  run: async (given, context) => (await import('../secret/run-secret.ts')).runSecret(given, context),
});
