import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { Environment } from '../functions/settings/settings.ts';
import { localAwsConfig } from '../local/settings.ts';
import { ready } from './aws-client.ts';

/** A client of Lambda, with the region and credentials of this shell; on this machine any will do. */
export async function lambdaClient(environment: Environment): Promise<LambdaClient> {
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  const endpoint = environment.AWS_ENDPOINT_URL_LAMBDA?.trim();
  return ready(new LambdaClient(endpoint ? { endpoint, ...localAwsConfig(environment, endpoint) } : {}), 'Lambda');
}
