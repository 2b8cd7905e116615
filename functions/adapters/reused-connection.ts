import { subscribe } from 'node:diagnostics_channel';
import type { Agent, ClientRequest } from 'node:http';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterReading } from './idle-connection.ts';
import { isReset } from './reset-connection.ts';

/** A client of the AWS SDK. */
export type SdkClient = DynamoDBClient | LambdaClient | SecretsManagerClient;

/**
 * The errors of requests whose kept-alive connection broke before the reply began. The SDK does not say whether a
 * request was the first on its connection. Node says it on its own channel, with the same error that the SDK gets.
 */
const deadConnections = new WeakSet<object>();
let isObserving = false;

/**
 * Makes a client send a request once more, within the same deadline, if its kept-alive connection is dead. A service or
 * a NAT gateway drops idle connections. An instance that was frozen for minutes notices that only with its next
 * request: without this, that request would fail. It sends no other request twice. The service may have carried out the
 * lost request, so use this only if a repetition is harmless.
 */
export function reconnectOnce(client: SdkClient): void {
  observeConnections();
  // The three clients have the same kind of stack. TypeScript does not see that, because each names its own commands in
  // the types.
  const { middlewareStack } = client as DynamoDBClient;
  middlewareStack.add(
    (next) => async (args) => {
      // Node closes an idle connection that gets bytes. After a freeze it first has to read them: see `sendOnQuiet`.
      await new Promise<void>(afterReading);
      try {
        return await next(args);
      } catch (error) {
        if (!deadConnections.has(error as object)) throw error;
        return next(args);
      }
    },
    // This step is next to the connection: it repeats the signed request itself.
    { name: 'reconnectOnce', step: 'deserialize', priority: 'low', override: true },
  );
}

/** Starts to listen to Node's channel, once for all clients. */
function observeConnections(): void {
  if (isObserving) return;
  isObserving = true;
  subscribe('http.client.request.error', (message) => {
    const { request, error } = message as { readonly request: ClientRequest; readonly error: Error };
    if (!isDeadConnection(request, error)) return;
    deadConnections.add(error);
    closeIdleConnections((request as { readonly agent?: Agent | false }).agent);
  });
}

/** Whether this error says that the far side had closed a connection that an earlier request had opened. */
export function isDeadConnection({ reusedSocket }: ClientRequest, error: Error): boolean {
  return reusedSocket && isReset(error);
}

/**
 * Closes the connections that wait for a next request. If one of them is dead, the others most likely are too. A
 * connection that stays silent until the deadline may be dead: a firewall drops idle connections silently.
 */
export function closeIdleConnections(agent: Agent | false | undefined): void {
  if (!agent) return;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}
