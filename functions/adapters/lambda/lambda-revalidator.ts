import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { CanonicalRequest } from '../../customer/request/canonical-request.ts';
import { respell } from '../../customer/request/respelling.ts';
import type { Revalidator } from '../../lookup/ports.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';
import { reconnectOnce } from '../reused-connection.ts';

/** How long asking for a revalidation may hold an answer up. Milliseconds. */
const TIMEOUT_MS = 200;
/** After which the client gives up by itself: behind the deadline, which lasts longer in a busy process. Milliseconds. */
const BACKSTOP_MS = TIMEOUT_MS + 1500;

/**
 * Asks for a revalidation by invoking a function asynchronously: the look-up as any caller would send it, with
 * `min-fresh=0`. Duplicate and late events are harmless, so the event is sent once more when its kept-alive connection
 * turns out to be dead.
 */
export class LambdaRevalidator implements Revalidator {
  readonly #functionName: string;
  readonly #client: LambdaClient;

  /** @param functionName the name or ARN of the function that revalidates */
  constructor(functionName: string, client = createClient()) {
    reconnectOnce(client);
    this.#functionName = functionName;
    this.#client = client;
  }

  async revalidate(request: CanonicalRequest): Promise<boolean> {
    const { api, language } = request;
    const payload = { api, ...Object.fromEntries(respell(request)), language, cacheControl: 'min-fresh=0' };
    const command = new InvokeCommand({
      FunctionName: this.#functionName,
      InvocationType: 'Event',
      Payload: JSON.stringify(payload),
    });
    // Whatever goes wrong, the answer is at hand. Lambda says 202 once it has queued the event; a proxy may say 200.
    const deadline = new FreeTimeDeadline(TIMEOUT_MS);
    return this.#client
      .send(command, { abortSignal: deadline.signal })
      .then(
        ({ StatusCode }) => StatusCode === 202,
        () => false,
      )
      .finally(() => deadline.clear());
  }
}

/**
 * A client with explicit attempts and time-outs.
 *
 * @param config what differs: an address, credentials
 */
export function createClient(config: LambdaClientConfig = {}): LambdaClient {
  const requestHandler = {
    connectionTimeout: BACKSTOP_MS,
    requestTimeout: BACKSTOP_MS,
    throwOnRequestTimeout: true,
    socketTimeout: BACKSTOP_MS,
  };
  return new LambdaClient({ maxAttempts: 1, requestHandler, ...config });
}
