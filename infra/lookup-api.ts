import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  type ApiKey,
  AwsIntegration,
  type CfnRestApi,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  Period,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { addGatewayAnswers } from './gateway-answers.ts';
import type { Route } from './routes.ts';

export interface LookupApiProps {
  readonly name: string;
  readonly routes: readonly Route[];
  /** Answers every route. */
  readonly handler: IFunction;
  /** Names of the API keys; each is throttled and counted by itself. */
  readonly apiKeys: readonly string[];
  readonly throttle: { readonly perSecond: number; readonly burst: number };
  readonly quota: { readonly requests: number; readonly per: 'DAY' | 'WEEK' | 'MONTH' };
  readonly logRetentionDays: number;
  /** Whether to make the role by which API Gateway writes logs, one per account and region. */
  readonly ownsLogRole: boolean;
  /** Whether pages of some other origins may read answers. */
  readonly allowsOrigins: boolean;
}

const STAGE = 'live';
/** What the role by which API Gateway writes logs must have. */
const LOG_POLICY = 'AmazonAPIGatewayPushToCloudWatchLogs';

/**
 * One line of JSON a request. `resourcePath` is the route's template, not what was asked for, and nothing here comes out
 * of the query, the headers or the body: those hold phone numbers and keys. `functionRequestId` finds the function's log.
 */
const ACCESS_LOG = {
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

/**
 * The REST API in front of a function, made from the list of routes. REST rather than HTTP: fleets need keys with usage
 * plans, a firewall and mutual TLS (design decision 8).
 */
export class LookupApi extends Construct {
  readonly api: RestApi;
  readonly keys: readonly ApiKey[];

  constructor(scope: Construct, id: string, props: LookupApiProps) {
    super(scope, id);
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/apigateway/${props.name}`,
      // RetentionDays is an enum of the number of days.
      retention: props.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Every key may use its whole rate, and requests without a key (preflights, /health) as much as one of them.
    const callerCount = props.apiKeys.length + 1;
    this.api = new RestApi(this, 'Api', {
      restApiName: props.name,
      endpointTypes: [EndpointType.REGIONAL],
      // Kept when the stack goes: other APIs of the region write their logs by it.
      ...(props.ownsLogRole
        ? { cloudWatchRole: true, cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }
        : { cloudWatchRole: false }),
      deployOptions: {
        stageName: STAGE,
        throttlingRateLimit: props.throttle.perSecond * callerCount,
        throttlingBurstLimit: props.throttle.burst * callerCount,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
      },
    });
    // The stack says it, under a name that does not hang on this construct's id.
    this.api.node.tryRemoveChild('Endpoint');
    this.requireModernTls();

    this.addRoutes(props.routes, props.handler);
    this.keys = this.addKeys(props);
    addGatewayAnswers(this.api, props.allowsOrigins);
    this.acknowledgeFindings(props.ownsLogRole);
  }

  /** Tills are long-lived: TLS 1.2 is allowed, with forward secrecy and authenticated encryption only. */
  private requireModernTls(): void {
    const api = this.api.node.defaultChild as CfnRestApi;
    api.securityPolicy = 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09';
    api.endpointAccessMode = 'STRICT';
  }

  private addRoutes(routes: readonly Route[], handler: IFunction): void {
    // Not a LambdaIntegration: that one also lets every other stage, and the console's test, invoke the function.
    const integration = new AwsIntegration({
      proxy: true,
      service: 'lambda',
      path: `2015-03-31/functions/${handler.functionArn}/invocations`,
    });
    for (const { path, method, authorization } of routes) {
      this.api.root.resourceForPath(path).addMethod(method, integration, {
        apiKeyRequired: authorization === 'api-key',
      });
    }
    handler.addPermission('InvokedByApi', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.restApiId,
        resourceName: `${STAGE}/*/*`,
      }),
    });
  }

  private addKeys({ name, apiKeys, throttle, quota }: LookupApiProps): readonly ApiKey[] {
    const plan = this.api.addUsagePlan('UsagePlan', {
      name,
      apiStages: [{ stage: this.api.deploymentStage }],
      throttle: { rateLimit: throttle.perSecond, burstLimit: throttle.burst },
      quota: { limit: quota.requests, period: Period[quota.per] },
    });
    return apiKeys.map((keyName) => {
      const key = this.api.addApiKey(`Key-${keyName}`, {
        apiKeyName: `${name}-${keyName}`,
        description: `Lookaside: key of ${keyName}`,
      }) as ApiKey;
      plan.addApiKey(key);
      return key;
    });
  }

  private acknowledgeFindings(ownsLogRole: boolean): void {
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG2',
      reason:
        'The function checks requests itself: every 400 names the parameter and what is allowed, and carries the CORS ' +
        "headers of the kiosk's origin; the gateway's validator can do neither (contract §1).",
    });
    Validations.of(this.api.deploymentStage).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-APIG6',
        reason: 'Execution logs write query strings, which are phone numbers and e-mail addresses (design decision 8).',
      },
      {
        id: 'AwsSolutions::AwsSolutions-APIG3',
        reason: 'Web ACLs belong to the account and its network team; docs/deploying.md says how to attach one.',
      },
    );
    for (const method of this.api.methods) {
      Validations.of(method).acknowledge(
        {
          id: 'AwsSolutions::AwsSolutions-APIG4',
          reason:
            'Tills authenticate with API keys of a usage plan; only preflights and /health, which hold no personal data, ' +
            'need none. A test holds the keys against infra/routes.ts.',
        },
        {
          id: 'AwsSolutions::AwsSolutions-COG4',
          reason: 'The callers are tills and kiosks, not users of a Cognito user pool.',
        },
      );
    }
    if (ownsLogRole) {
      Validations.of(this.api).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${LOG_POLICY}]`,
        reason: 'It is the policy that API Gateway asks for on the role by which it writes logs.',
      });
    }
  }
}
