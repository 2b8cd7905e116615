import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { Environment } from '../functions/settings/settings.ts';
import { localAwsConfig } from '../local/settings.ts';
import { CommandError } from './exit-codes.ts';

/** A client of Lambda, with the region and credentials of this shell; on this machine any will do. */
export async function lambdaClient(environment: Environment): Promise<LambdaClient> {
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  const endpoint = environment.AWS_ENDPOINT_URL_LAMBDA?.trim();
  const client = new LambdaClient(endpoint ? { endpoint, ...localAwsConfig(environment, endpoint) } : {});
  try {
    await client.config.region();
    await client.config.credentials();
    return client;
  } catch (error) {
    client.destroy();
    throw new CommandError(
      'not-allowed',
      `Lambda cannot be asked: this needs AWS credentials and a region (AWS_REGION, or a profile that has one). ${String(error)}`,
      { cause: error },
    );
  }
}
