import { type Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  type ApiKey,
  AuthorizationType,
  AwsIntegration,
  LogGroupLogDestination,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ACCESS_LOG_FIELDS, AccessLog, type AccessLogProps } from './access-log.ts';
import { acknowledgeApiFindings } from './api-findings.ts';
import { type ApiKeysProps, addApiKeys } from './api-keys.ts';
import { MIN_COMPRESSION_BYTES } from './compression.ts';
import type { Throttle } from './environment-values.ts';
import { addGatewayAnswers } from './gateway-answers.ts';
import { type OpenThrottles, throttleOpenRoutes, WITHOUT_EXECUTION_LOG } from './open-routes.ts';
import { attachEndpoints, propsOfReach, type Reach, requireTls } from './reach.ts';
import { BATCH_PATH, type Route, type RouteEntry } from './routes.ts';

export interface LookupApiProps extends ApiKeysProps, AccessLogProps {
  readonly name: string;
  readonly routes: readonly Route[];
  /** The functions that answer the routes. */
  readonly handlers: Readonly<Record<RouteEntry, IFunction>>;
  /** How long the gateway waits for one look-up. It waits as long as it can for a batch, and for a purge. */
  readonly lookupTimeout: Duration;
  /** How fast all callers together may ask. */
  readonly throttle: Throttle;
  /** For routes without a key and without a signature. */
  readonly openThrottles: OpenThrottles;
  readonly reach: Reach;
  /** Whether the stack puts a web ACL in front. */
  readonly hasFirewall: boolean;
  /** Whether to make API Gateway's role for logs, one per account and region. */
  readonly ownsLogRole: boolean;
  /** Whether pages of some other origins may read answers. */
  readonly allowsOrigins: boolean;
}

/** The API's only stage. */
export const STAGE = 'live';
/** Any method of any path, in the form of a permission's source. */
const EVERY_CALL = '*/*';

/**
 * The REST API in front of the functions, made from the list of routes. REST rather than HTTP: fleets need keys with usage
 * plans, a firewall and mutual TLS (docs/design.md, The gateway).
 */
export class LookupApi extends Construct {
  readonly api: RestApi;
  readonly keys: readonly ApiKey[];
  /** The resource that a policy must allow an identity to invoke, so that it may call cache administration. */
  readonly administrationArn: string;

  constructor(scope: Construct, id: string, props: LookupApiProps) {
    super(scope, id);
    const accessLog = new AccessLog(this, 'AccessLog', props);
    this.api = new RestApi(this, 'Api', {
      restApiName: props.name,
      ...propsOfReach(props.reach, props.routes, STAGE),
      // Bodies reach the function as bytes in base64, so the function can unpack a compressed event and refuse bytes
      // that are not UTF-8. In a text, the gateway would replace such bytes by U+FFFD. This also turns a reply's base64
      // into bytes, so a hit can pass the store's gzip on.
      binaryMediaTypes: ['*/*'],
      minCompressionSize: Size.bytes(MIN_COMPRESSION_BYTES),
      // It stays when the stack is deleted, because other APIs of the region use it for their logs.
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
    // The stack has the output, under a name that does not depend on this construct's id.
    this.api.node.tryRemoveChild('Endpoint');
    attachEndpoints(this.api, props.reach);
    requireTls(this.api, props.reach);

    this.addRoutes(props);
    this.administrationArn = this.api.arnForExecuteApi('DELETE', '/cache/*', STAGE);
    this.keys = addApiKeys(this.api, props);
    addGatewayAnswers(this.api, props.allowsOrigins);
    acknowledgeApiFindings(this.api, { ownsLogRole: props.ownsLogRole, hasFirewall: props.hasFirewall });
  }

  private addRoutes({ routes, handlers, lookupTimeout }: LookupApiProps): void {
    for (const [entry, own] of Map.groupBy(routes, (route) => route.entry)) {
      const handler = handlers[entry];
      const integrate = (timeout?: Duration) =>
        // Not a LambdaIntegration: that one also lets every other stage, and the console's test, invoke the function.
        new AwsIntegration({
          proxy: true,
          service: 'lambda',
          path: `2015-03-31/functions/${handler.functionArn}/invocations`,
          ...(timeout === undefined ? {} : { options: { timeout } }),
        });
      const [long, short] = [integrate(), integrate(lookupTimeout)];
      for (const { path, method, authorization } of own) {
        this.api.root.resourceForPath(path).addMethod(method, isLong({ path, entry }) ? long : short, {
          apiKeyRequired: authorization === 'api-key',
          authorizationType: authorization === 'iam' ? AuthorizationType.IAM : AuthorizationType.NONE,
        });
      }
      this.allowInvocation(handler, own);
    }
  }

  /** Lets the API invoke a function only by the function's own routes. */
  private allowInvocation(handler: IFunction, routes: readonly Route[]): void {
    const calls = routes.map(({ method, path }) => `${method}${path}`.replace(/^ANY/, '*').replace(/\{[^}]+\}/g, '*'));
    // A route for all paths covers the others too.
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
}

/** Whether an answer may take as long as the gateway waits: a batch, and a purge of any number of entries. */
function isLong({ path, entry }: Pick<Route, 'path' | 'entry'>): boolean {
  return path === BATCH_PATH || entry === 'invalidate';
}
