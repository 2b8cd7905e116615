import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { MAX_BUSY_MS } from '../free-time-deadline.ts';
import { reconnectOnce } from '../reused-connection.ts';
import { OPENING_TIMEOUT_MS } from './bounded-call.ts';

/**
 * The client's attempts and timeouts, all explicit: by default the SDK makes four attempts and waits forever.
 *
 * `requestTimeout` alone only warns, a stalled body needs `socketTimeout`, and no timeout ends a slowly trickling
 * body. So every call has a deadline, and these timeouts are only the last resort. They pass later than the deadline,
 * because they count the time in which the process was busy.
 * @param timeoutMs after this time a call counts as failed
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
 * A client with these attempts and timeouts. It sends a request once more if its kept-alive connection is dead: reads
 * and conditional writes are safe to repeat.
 * @param config differences from `clientConfig`: an address, credentials
 */
export function createClient(timeoutMs: number, config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...clientConfig(timeoutMs), ...config });
  reconnectOnce(client);
  return client;
}
