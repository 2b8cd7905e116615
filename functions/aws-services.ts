import { type Connection, toConnection } from './adapters/aws/connection.ts';
import type { InvokeEvent } from './adapters/lambda/lambda-revalidator.ts';
import type { ReadSecret } from './adapters/secrets-manager/read-credentials.ts';
import { regionOf } from './adapters/secrets-manager/secret-region.ts';
import type { Overrides } from './overrides.ts';
import type { Settings } from './settings/settings.ts';

/*
 * How Secrets Manager and Lambda are asked: as the store is, by requests of our own, or by the AWS SDK where STORE_READER says
 * so, and where only the SDK knows where a service is or by which credentials it is asked. Each is loaded when it is first needed.
 */

/** Where Secrets Manager is asked without the AWS SDK; undefined: by the SDK, or no secret is read. */
export function secretsConnection({ cache, upstream: { credentials }, aws }: Settings): Connection | undefined {
  if (cache.reader === 'sdk' || credentials.kind === 'inline') return undefined;
  // The secret is in the region that its ARN names. The environment says where Secrets Manager is in its own region.
  const isElsewhere = (regionOf(credentials.arn) ?? aws.region) !== aws.region;
  return isElsewhere ? undefined : toConnection({ ...aws, service: 'secretsmanager', url: aws.secretsManagerUrl });
}

/** Where Lambda is asked without the AWS SDK; undefined: by the SDK. */
export function lambdaConnection({ cache, aws }: Settings): Connection | undefined {
  return cache.reader === 'sdk' ? undefined : toConnection({ ...aws, service: 'lambda', url: aws.lambdaUrl });
}

/** Loads what reads a secret. @param arn its ARN or name */
export async function loadSecretReader(connection: Connection | undefined, arn: string): Promise<ReadSecret> {
  if (connection === undefined) return (await loadSdkSecret()).createSdkSecret(arn);
  return (await import('./adapters/secrets-manager/direct-secret.ts')).createDirectSecret(connection);
}

/** Loads what reads a secret by the AWS SDK. */
export const loadSdkSecret = () => import('./adapters/secrets-manager/sdk-secret.ts');

/** Loads what invokes a function. What the program says of Lambda, the AWS SDK reads. */
export async function loadInvoke(settings: Settings, { lambda }: Overrides): Promise<InvokeEvent> {
  const connection = lambda === undefined ? lambdaConnection(settings) : undefined;
  if (connection === undefined) return (await import('./adapters/lambda/sdk-invoke.ts')).createSdkInvoke(lambda?.());
  return (await import('./adapters/lambda/direct-invoke.ts')).createDirectInvoke(connection);
}
