import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { StoreConfig } from './adapters/dynamodb/dynamodb-cache-store.ts';
import type { RequestLog } from './adapters/telemetry/logger.ts';

/** What the program that starts a function gives it. Default: what Lambda's environment says. */
export interface Overrides {
  /** Where DynamoDB is, and the credentials for it. */
  readonly dynamoDb?: StoreConfig;
  /** Where Lambda's Invoke API is, and the credentials for it. Called before the first revalidation is asked for. */
  readonly lambda?: () => LambdaClientConfig;
  /** Where log lines go. Default: standard output. */
  readonly log?: RequestLog;
}
