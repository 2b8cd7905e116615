import { CommandError } from './exit-codes.ts';

/** The options of all clients of the AWS SDK. */
interface AwsClient {
  readonly config: { region(): Promise<string>; credentials(): Promise<unknown> };
  destroy(): void;
}

/**
 * Checks that a client has a region and credentials before it is used: the SDK's own errors come late, and name
 * neither.
 * @param service the service that it asks, for the message
 * @returns the client
 * @throws {CommandError} if it lacks one; the client is closed then
 */
export async function ready<T extends AwsClient>(client: T, service: string): Promise<T> {
  try {
    await client.config.region();
    await client.config.credentials();
    return client;
  } catch (error) {
    client.destroy();
    throw new CommandError(
      'not-allowed',
      `${service} cannot be asked: this needs AWS credentials and a region (AWS_REGION, or a profile that has one). ${String(error)}`,
      { cause: error },
    );
  }
}
