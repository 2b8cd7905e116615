import type { Signer } from '../scripts/smoke/purge-check.ts';
import { CommandError } from './exit-codes.ts';

/** The AWS identity of this shell. It is found in the same way as the AWS CLI finds it. */
export async function awsIdentity(): Promise<Signer> {
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient();
  try {
    return { credentials: await client.config.credentials(), region: await client.config.region() };
  } catch (error) {
    throw new CommandError(
      'not-allowed',
      `This needs AWS credentials and a region (AWS_REGION, or a profile that has one). ${String(error)}`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
