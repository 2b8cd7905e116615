import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  type ApiKey,
  AuthorizationType,
  AwsIntegration,
  type CfnRestApi,
  EndpointType,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  MethodLoggingLevel,
  Period,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { addGatewayAnswers } from './gateway-answers.ts';
import type { Route, RouteEntry } from './routes.ts';

/** Requests a second, sustained, and at once. */
interface Throttle {
  readonly perSecond: number;
  readonly burst: number;
}

export interface LookupApiProps {
  readonly name: string;
  readonly routes: readonly Route[];
  /** The functions that answer the routes. */
  readonly handlers: Readonly<Record<RouteEntry, IFunction>>;
  /** Names of the API keys; each is throttled and counted by itself. */
  readonly apiKeys: readonly string[];
  readonly throttle: Throttle;
  /** For routes that cost something and need neither key nor signature. */
  readonly webhookThrottle: Throttle;
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

/** Any method of any path, as a permission's source says it. */
const EVERY_CALL = '*/*';

/** It would write query strings. */
const WITHOUT_EXECUTION_LOG = { loggingLevel: MethodLoggingLevel.OFF, dataTraceEnabled: false } as const;

/** What ANY stands for: a stage's settings know each method by itself only. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;

/**
 * The REST API in front of the functions, made from the list of routes. REST rather than HTTP: fleets need keys with usage
 * plans, a firewall and mutual TLS (design decision 8).
 */
export class LookupApi extends Construct {
  readonly api: RestApi;
  readonly keys: readonly ApiKey[];
  /** What a policy must let an identity invoke, so that it may call cache administration. */
  readonly administrationArn: string;

  constructor(scope: Construct, id: string, props: LookupApiProps) {
    super(scope, id);
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/apigateway/${props.name}`,
      // RetentionDays is an enum of the number of days.
      retention: props.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Every key may use its whole rate, and requests without a key (preflights, /health, administration) as much as one of them.
    const callerCount = props.apiKeys.length + 1;
    this.api = new RestApi(this, 'Api', {
      restApiName: props.name,
      endpointTypes: [EndpointType.REGIONAL],
      // Bodies reach the function as the bytes that were sent, in base64: a packed event can be unpacked, and what is no UTF-8
      // is refused. As text, the gateway would put U+FFFD in the place of such bytes.
      binaryMediaTypes: ['*/*'],
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
        ...WITHOUT_EXECUTION_LOG,
        methodOptions: throttleWebhooks(props),
      },
    });
    // The stack says it, under a name that does not hang on this construct's id.
    this.api.node.tryRemoveChild('Endpoint');
    this.requireModernTls();

    this.addRoutes(props);
    this.administrationArn = this.api.arnForExecuteApi('DELETE', '/cache/*', STAGE);
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

  private addRoutes({ routes, handlers }: LookupApiProps): void {
    for (const [entry, own] of Map.groupBy(routes, (route) => route.entry)) {
      const handler = handlers[entry];
      // Not a LambdaIntegration: that one also lets every other stage, and the console's test, invoke the function.
      const integration = new AwsIntegration({
        proxy: true,
        service: 'lambda',
        path: `2015-03-31/functions/${handler.functionArn}/invocations`,
      });
      for (const { path, method, authorization } of own) {
        this.api.root.resourceForPath(path).addMethod(method, integration, {
          apiKeyRequired: authorization === 'api-key',
          authorizationType: authorization === 'iam' ? AuthorizationType.IAM : AuthorizationType.NONE,
        });
      }
      this.allowInvocation(handler, own);
    }
  }

  /** Lets the API invoke a function by the function's own routes, and by nothing else. */
  private allowInvocation(handler: IFunction, routes: readonly Route[]): void {
    const calls = routes.map(({ method, path }) => `${method}${path}`.replace(/^ANY/, '*').replace(/\{[^}]+\}/g, '*'));
    // A route that takes everything takes the others too.
    for (const call of calls.includes(EVERY_CALL) ? [EVERY_CALL] : calls) {
      handler.addPermission(call === EVERY_CALL ? 'InvokedByApi' : `InvokedByApi-${call}`, {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: Stack.of(this).formatArn({
          service: 'execute-api',
          resource: this.api.restApiId,
          resourceName: `${STAGE}/${call}`,
        }),
      });
    }
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
            'Tills authenticate with API keys of a usage plan, administrators with signatures. Preflights and /health, ' +
            'which hold no personal data, need neither; the webhook, whose sender can only send a fixed header, shows ' +
            'the function a secret. A test holds them against infra/routes.ts.',
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

/** Throttles each method of the routes that reach `invalidate` without a key or a signature: the webhook. */
function throttleWebhooks({ routes, webhookThrottle }: LookupApiProps): Record<string, MethodDeploymentOptions> {
  const open = routes.filter(({ entry, authorization }) => entry === 'invalidate' && authorization === 'none');
  const methods = open.flatMap(({ path, method }) =>
    (method === 'ANY' ? METHODS : [method]).map((each) => `${path}/${each}`),
  );
  const options = {
    ...WITHOUT_EXECUTION_LOG,
    throttlingRateLimit: webhookThrottle.perSecond,
    throttlingBurstLimit: webhookThrottle.burst,
  };
  return Object.fromEntries(methods.map((method) => [method, options]));
}
