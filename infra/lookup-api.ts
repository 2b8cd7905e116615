import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  type ApiKey,
  AuthorizationType,
  AwsIntegration,
  BasePathMapping,
  type IDomainName,
  LogGroupLogDestination,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { ACCESS_LOG_FIELDS, AccessLog } from './access-log.ts';
import { acknowledgeApiFindings } from './api-findings.ts';
import { type ApiKeysProps, addApiKeys } from './api-keys.ts';
import { mapApi } from './api-mapping.ts';
import { allowInvocation } from './api-permission.ts';
import { MIN_COMPRESSION_BYTES } from './compression.ts';
import type { Front, FrontProps } from './front.ts';
import { addGatewayAnswers } from './gateway-answers.ts';
import { type ApiMetrics, restApiMetrics } from './monitoring/api-metrics.ts';
import { throttleOpenRoutes, WITHOUT_EXECUTION_LOG } from './open-routes.ts';
import { attachEndpoints, propsOfReach, requireTls } from './reach.ts';
import { isLongRoute, LOOKUP_PATHS } from './routes.ts';

/** The options of a REST API in front of the functions. */
export interface LookupApiProps extends FrontProps, ApiKeysProps {
  /** Whether the stack puts a web ACL in front. */
  readonly hasFirewall: boolean;
  /** Whether to make API Gateway's role for logs. There is one for each account and region. */
  readonly ownsLogRole: boolean;
  /** Whether pages of some other origins may read answers. */
  readonly allowsOrigins: boolean;
}

/** The API's only stage. */
export const STAGE = 'live';

/**
 * The REST API in front of the functions, made from the list of routes. It is the default, because fleets need keys with
 * usage plans, and a firewall (docs/design.md, The gateway).
 */
export class LookupApi extends Construct implements Front {
  readonly restApi: RestApi;
  readonly url: string;
  readonly keys: readonly ApiKey[];
  readonly administrationArn: string;
  readonly lookupArns: readonly string[];
  readonly metrics: ApiMetrics;

  constructor(scope: Construct, id: string, props: LookupApiProps) {
    super(scope, id);
    const accessLog = new AccessLog(this, 'AccessLog', props);
    this.restApi = new RestApi(this, 'Api', {
      restApiName: props.name,
      ...propsOfReach(props.reach, props.routes, STAGE),
      // Bodies reach the function as bytes in base64, so the function can unpack a compressed event and refuse bytes
      // that are not UTF-8. In a text body, the gateway would replace such bytes by U+FFFD. This also turns a reply's
      // base64 into bytes, so a hit can pass the store's gzip on.
      binaryMediaTypes: ['*/*'],
      minCompressionSize: Size.bytes(MIN_COMPRESSION_BYTES),
      // The role stays when the stack is deleted, because other APIs of the region use it for their logs. It also stays
      // after a first deployment that failed: the account's settings may name it, and its name is new each time.
      ...(props.ownsLogRole
        ? { cloudWatchRole: true, cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }
        : { cloudWatchRole: false }),
      deployOptions: {
        stageName: STAGE,
        throttlingRateLimit: props.throttle.perSecond,
        throttlingBurstLimit: props.throttle.burst,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
        ...WITHOUT_EXECUTION_LOG,
        methodOptions: throttleOpenRoutes(props.routes, props.openThrottles),
      },
    });
    // The stack has this output itself, under a name that does not depend on this construct's id.
    this.restApi.node.tryRemoveChild('Endpoint');
    attachEndpoints(this.restApi, props.reach);
    requireTls(this.restApi, props.reach);

    this.addRoutes(props);
    this.administrationArn = this.callArn('DELETE', '/cache/*');
    this.lookupArns = LOOKUP_PATHS.map((path) => this.callArn('*', path));
    this.url = this.restApi.url;
    this.metrics = restApiMetrics(props.name, STAGE);
    this.keys = addApiKeys(this.restApi, props);
    addGatewayAnswers(this.restApi, props.allowsOrigins);
    acknowledgeApiFindings(this.restApi, { ownsLogRole: props.ownsLogRole, hasFirewall: props.hasFirewall });
  }

  callArn(method: string, path: string): string {
    return this.restApi.arnForExecuteApi(method, path, STAGE);
  }

  mapTo(scope: Construct, domainName: IDomainName, basePath?: string): void {
    if (basePath?.includes('/')) {
      // A base path mapping has only one segment. The newer API mapping has several, and works for both kinds of APIs.
      mapApi(scope, {
        domainName,
        apiId: this.restApi.restApiId,
        stage: this.restApi.deploymentStage.stageName,
        basePath,
      });
      return;
    }
    new BasePathMapping(scope, 'Mapping', {
      domainName,
      restApi: this.restApi,
      stage: this.restApi.deploymentStage,
      ...(basePath !== undefined && { basePath }),
    });
  }

  private addRoutes({ routes, handlers, lookupTimeoutMs }: LookupApiProps): void {
    for (const [entry, own] of Map.groupBy(routes, (route) => route.entry)) {
      const handler = handlers[entry];
      const integrate = (timeout?: Duration) =>
        // It is not a LambdaIntegration, which would let every other stage, and the console's test, invoke the function
        // too.
        new AwsIntegration({
          proxy: true,
          service: 'lambda',
          path: `2015-03-31/functions/${handler.functionArn}/invocations`,
          ...(timeout === undefined ? {} : { options: { timeout } }),
        });
      const [long, short] = [integrate(), integrate(Duration.millis(lookupTimeoutMs))];
      for (const { path, method, authorization } of own) {
        this.restApi.root.resourceForPath(path).addMethod(method, isLongRoute({ path, entry }) ? long : short, {
          apiKeyRequired: authorization === 'api-key',
          authorizationType: authorization === 'iam' ? AuthorizationType.IAM : AuthorizationType.NONE,
        });
      }
      allowInvocation(this, { id: this.restApi.restApiId, stage: STAGE }, handler, own);
    }
  }
}
