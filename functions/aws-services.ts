import { type Connection, toConnection } from './adapters/aws/connection.ts';
import type { InvokeEvent } from './adapters/lambda/lambda-revalidator.ts';
import type { ReadSecret } from './adapters/secrets-manager/read-credentials.ts';
import { secretRegionOf } from './adapters/secrets-manager/secret-region.ts';
import type { Overrides } from './overrides.ts';
import type { Settings } from './settings/settings.ts';

/*
 * The calls to Secrets Manager and Lambda. They go the same way as those to the store: with our own requests, or with
 * the AWS SDK if STORE_READER says so, or if only the SDK knows a service's address or the credentials. Each is loaded
 * when it is first needed.
 */

/**
 * The connection to Secrets Manager without the AWS SDK; undefined: the SDK reads the secret, or there is no secret.
 */
export function secretsConnection({ cache, upstream: { credentials }, aws }: Settings): Connection | undefined {
  if (cache.reader === 'sdk' || credentials.kind === 'inline') return undefined;
  // The secret is in the region that its ARN names. The environment has Secrets Manager's address for its own region
  // only.
  const isElsewhere = (secretRegionOf(credentials.arn) ?? aws.region) !== aws.region;
  return isElsewhere ? undefined : toConnection({ ...aws, service: 'secretsmanager', url: aws.secretsManagerUrl });
}

/** The connection to Lambda without the AWS SDK; undefined: the SDK invokes. */
export function lambdaConnection({ cache, aws }: Settings): Connection | undefined {
  return cache.reader === 'sdk' ? undefined : toConnection({ ...aws, service: 'lambda', url: aws.lambdaUrl });
}

/** Loads the reader of a secret. @param arn its ARN or name */
export async function loadSecretReader(connection: Connection | undefined, arn: string): Promise<ReadSecret> {
  if (connection === undefined) return (await loadSdkSecret()).createSdkSecret(arn);
  return (await import('./adapters/secrets-manager/direct-secret.ts')).createDirectSecret(connection);
}

/** Loads the reader of a secret that uses the AWS SDK. */
export const loadSdkSecret = () => import('./adapters/secrets-manager/sdk-secret.ts');

/** Loads the code that invokes a function. If the program gives values for Lambda, the AWS SDK uses them. */
export async function loadInvoke(settings: Settings, { lambda }: Overrides): Promise<InvokeEvent> {
  const connection = lambda === undefined ? lambdaConnection(settings) : undefined;
  if (connection === undefined) return (await import('./adapters/lambda/sdk-invoke.ts')).createSdkInvoke(lambda?.());
  return (await import('./adapters/lambda/direct-invoke.ts')).createDirectInvoke(connection);
}
