import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { StoreConfig } from './adapters/dynamodb/dynamodb-cache-store.ts';
import type { RequestLog } from './adapters/telemetry/logger.ts';

/** Values that the starting program gives a function. Default: those of Lambda's environment. */
export interface Overrides {
  /** DynamoDB's address and credentials. */
  readonly dynamoDb?: StoreConfig;
  /** The address and credentials of Lambda's Invoke API. Called before the first request for a revalidation. */
  readonly lambda?: () => LambdaClientConfig;
  /** The output for log lines. Default: standard output. */
  readonly log?: RequestLog;
}
