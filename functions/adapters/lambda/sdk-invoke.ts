import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { reconnectOnce } from '../reused-connection.ts';
import { type InvokeEvent, TIMEOUT_MS } from './lambda-revalidator.ts';

/**
 * After this time the client ends a request by itself: later than the deadline, which lasts longer in a busy process.
 * Milliseconds.
 */
const BACKSTOP_MS = TIMEOUT_MS + 1500;

/**
 * Invokes by the AWS SDK, with explicit attempts and timeouts.
 *
 * @param config differences: an address, credentials
 */
export function createSdkInvoke(config: LambdaClientConfig = {}): InvokeEvent {
  const requestHandler = {
    connectionTimeout: BACKSTOP_MS,
    requestTimeout: BACKSTOP_MS,
    throwOnRequestTimeout: true,
    socketTimeout: BACKSTOP_MS,
  };
  const client = new LambdaClient({ maxAttempts: 1, requestHandler, ...config });
  reconnectOnce(client);
  return async (FunctionName, Payload, abortSignal) => {
    const command = new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload });
    return (await client.send(command, { abortSignal })).StatusCode;
  };
}
