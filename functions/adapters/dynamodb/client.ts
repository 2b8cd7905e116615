import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { MAX_BUSY_MS } from '../free-time-deadline.ts';
import { reconnectOnce } from '../reused-connection.ts';
import { OPENING_TIMEOUT_MS } from './bounded-call.ts';

/**
 * The client's attempts and time-outs, all explicit: by default the SDK makes four attempts and waits for ever.
 *
 * `requestTimeout` alone only warns, a stalled body needs `socketTimeout`, and a trickled body beats them all. These
 * time-outs are the backstop behind the deadline that every call carries. They pass later than it: they count the time in
 * which the process was busy.
 *
 * @param timeoutMs after which a call counts as failed
 */
export function clientConfig(timeoutMs: number): DynamoDBClientConfig {
  const backstopMs = Math.max(timeoutMs, OPENING_TIMEOUT_MS) + MAX_BUSY_MS;
  return {
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: backstopMs,
      requestTimeout: backstopMs,
      throwOnRequestTimeout: true,
      socketTimeout: backstopMs,
    },
  };
}

/**
 * A client with these attempts and time-outs. It sends a request once more when its kept-alive connection turns out to be
 * dead: reads and conditional writes bear that.
 *
 * @param config what differs from `clientConfig`: an address, credentials
 */
export function createClient(timeoutMs: number, config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...clientConfig(timeoutMs), ...config });
  reconnectOnce(client);
  return client;
}
