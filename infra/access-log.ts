import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogField } from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** The log of an API's requests. */
export interface AccessLogProps {
  /** The API's name: the log group is `/aws/apigateway/<name>`. */
  readonly name: string;
  readonly logRetentionDays: number;
  /**
   * Encrypts the log.
   *
   * @default - CloudWatch's own key
   */
  readonly encryptionKey?: IKey | undefined;
}

/**
 * The fields of a line. Each request has one line of JSON. `resourcePath` is the route's template, not the path of the
 * request. No field comes from the query, the headers or the body: those hold phone numbers and keys.
 * `functionRequestId` is the id in the log lines that Lambda itself writes.
 */
export const ACCESS_LOG_FIELDS = {
  requestId: AccessLogField.contextRequestId(),
  extendedRequestId: AccessLogField.contextExtendedRequestId(),
  functionRequestId: AccessLogField.contextAwsEndpointRequestId(),
  requestTimeEpoch: AccessLogField.contextRequestTimeEpoch(),
  httpMethod: AccessLogField.contextHttpMethod(),
  resourcePath: AccessLogField.contextResourcePath(),
  status: AccessLogField.contextStatus(),
  errorType: AccessLogField.contextErrorResponseType(),
  apiKeyId: AccessLogField.contextIdentityApiKeyId(),
  responseLatencyMs: AccessLogField.contextResponseLatency(),
  integrationLatencyMs: AccessLogField.contextIntegrationLatency(),
  responseLength: AccessLogField.contextResponseLength(),
  tlsVersion: '$context.tlsVersion',
} as const;

/** The same for an HTTP API, which has other names for some facts, and no keys. `routeKey` is the route's template. */
export const HTTP_ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  functionRequestId: '$context.integration.requestId',
  requestTimeEpoch: '$context.requestTimeEpoch',
  httpMethod: '$context.httpMethod',
  routeKey: '$context.routeKey',
  status: '$context.status',
  errorType: '$context.error.responseType',
  responseLatencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integration.latency',
  responseLength: '$context.responseLength',
} as const;

/** The log of the gateway: one line about each request. */
export class AccessLog extends LogGroup {
  constructor(scope: Construct, id: string, { name, logRetentionDays, encryptionKey }: AccessLogProps) {
    super(scope, id, {
      logGroupName: `/aws/apigateway/${name}`,
      // RetentionDays is an enum of the number of days.
      retention: logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    });
  }
}
