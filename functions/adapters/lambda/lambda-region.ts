import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { reconnectOnce } from '../reused-connection.ts';

const ARN = /^arn:[\w-]+:lambda:([\w-]+):/;

/** The function's answer, in the form of a REST API's function. */
export interface RegionAnswer {
  readonly statusCode: number;
  readonly body: string;
}

/** A function in another region. */
export interface LambdaRegion {
  /** Such as `eu-west-1`. */
  readonly name: string;
  /**
   * Invokes the function, and waits for its answer.
   *
   * @param withinMs the time in which the answer must come, both attempts together
   * @throws {FunctionFailedError} if the function failed; the client's error if there is no answer in time
   */
  send(event: object, withinMs: number): Promise<RegionAnswer>;
}

/** After this time the client ends a request by itself: later than the deadline of each request. Milliseconds. */
const BACKSTOP_MS = 29_000;
const CONNECT_MS = 3000;

/** The region of a function's ARN. */
export function functionRegionOf(functionArn: string): string {
  return ARN.exec(functionArn)?.[1] ?? 'unknown';
}

/**
 * Invokes a function in another region, and waits for its answer. A purge may happen twice without harm, so the client
 * may try once more.
 * @param functionArn the function's ARN, with its alias
 * @param config differences: an address, credentials
 */
export function lambdaRegion(functionArn: string, config: LambdaClientConfig = {}): LambdaRegion {
  const region = functionRegionOf(functionArn);
  const requestHandler = {
    connectionTimeout: CONNECT_MS,
    requestTimeout: BACKSTOP_MS,
    throwOnRequestTimeout: true,
  };
  const client = new LambdaClient({ maxAttempts: 2, requestHandler, ...config, region });
  reconnectOnce(client);
  return {
    name: region,
    send: async (event, withinMs) => {
      const command = new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(event) });
      // A clock has fractions of milliseconds, but a signal takes whole numbers.
      const abortSignal = AbortSignal.timeout(Math.floor(withinMs));
      const { FunctionError, Payload } = await client.send(command, { abortSignal });
      if (FunctionError !== undefined) throw new FunctionFailedError(FunctionError);
      return JSON.parse(Payload?.transformToString() ?? '{}') as RegionAnswer;
    },
  };
}

/** The function in the other region failed without an answer. */
export class FunctionFailedError extends Error {
  override readonly name = 'FunctionFailedError';
}
