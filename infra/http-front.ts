import { Stack } from 'aws-cdk-lib';
import type { ApiKey, IDomainName } from 'aws-cdk-lib/aws-apigateway';
import { CfnApi, CfnAuthorizer, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AccessLog, HTTP_ACCESS_LOG_FIELDS } from './access-log.ts';
import { acknowledgeHttpFindings } from './api-findings.ts';
import { mapApi } from './api-mapping.ts';
import { allowInvocation } from './api-permission.ts';
import type { TokenAuth } from './auth-environment.ts';
import type { Front, FrontProps } from './front.ts';
import { type ApiMetrics, httpApiMetrics } from './monitoring/api-metrics.ts';
import { throttlesOfOpenRoutes } from './open-routes.ts';
import { type Authorization, isLongRoute, LOOKUP_PATHS, type Route, WEBHOOK_PATH } from './routes.ts';
import { GATEWAY_LIMIT_MS } from './time-limits.ts';

/** The options of an HTTP API in front of the functions. */
export interface HttpFrontProps extends FrontProps {
  /** The token of callers. Default: none, callers sign. */
  readonly token?: TokenAuth | undefined;
}

/** The stage without a name: the routes begin at the API's own address. */
const STAGE = '$default';

const AUTHORIZATION_TYPES: Readonly<Record<Exclude<Authorization, 'api-key'>, string>> = {
  none: 'NONE',
  iam: 'AWS_IAM',
  jwt: 'JWT',
};

/**
 * The HTTP API in front of the functions, made from the list of routes. It is cheaper than a REST API, and only this
 * kind of API checks a token's audience. It passes requests on in the REST API's form (payload format 1.0), so the
 * functions see no difference.
 */
export class HttpFront extends Construct implements Front {
  readonly url: string;
  readonly administrationArn: string;
  readonly lookupArns: readonly string[];
  readonly keys: readonly ApiKey[] = [];
  readonly metrics: ApiMetrics;
  readonly restApi = undefined;
  readonly #api: CfnApi;

  constructor(scope: Construct, id: string, props: HttpFrontProps) {
    super(scope, id);
    this.#api = new CfnApi(this, 'Api', {
      name: props.name,
      protocolType: 'HTTP',
      description: 'Lookaside: look-ups, cache administration and events',
      ...(props.reach.isOwnAddressOff && { disableExecuteApiEndpoint: true }),
    });
    const routes = this.#addRoutes(props);
    this.#addStage(props, routes);
    this.url = `${this.#api.attrApiEndpoint}/`;
    this.administrationArn = this.callArn('DELETE', '/cache/*');
    this.lookupArns = LOOKUP_PATHS.map((path) => this.callArn('*', path));
    this.metrics = httpApiMetrics(this.#api.ref, STAGE);
  }

  callArn(method: string, path: string): string {
    const resource = this.#api.ref;
    return Stack.of(this).formatArn({ service: 'execute-api', resource, resourceName: `*/${method}${path}` });
  }

  mapTo(scope: Construct, domainName: IDomainName, basePath?: string): void {
    mapApi(scope, { domainName, apiId: this.#api.ref, stage: STAGE, basePath });
  }

  #addRoutes({ routes, handlers, lookupTimeoutMs, token }: HttpFrontProps): CfnRoute[] {
    const authorizer = token && this.#addAuthorizer(token);
    return [...Map.groupBy(routes, ({ entry }) => entry)].flatMap(([entry, own]) => {
      const handler = handlers[entry];
      const [long, short] = [
        this.#integrate(`${entry}-long`, handler, GATEWAY_LIMIT_MS),
        entry === 'http' ? this.#integrate(entry, handler, lookupTimeoutMs) : undefined,
      ];
      // `*` means the only stage: a policy would take the `$` in the stage's name for a variable.
      allowInvocation(this, { id: this.#api.ref, stage: '*' }, handler, own);
      return own.map((route) => this.#addRoute(route, isLongRoute(route) ? long : (short ?? long), authorizer, token));
    });
  }

  #addRoute(
    { path, method, authorization }: Route,
    integration: CfnIntegration,
    authorizer: CfnAuthorizer | undefined,
    token: TokenAuth | undefined,
  ): CfnRoute {
    if (authorization === 'api-key') throw new TypeError('An HTTP API has no API keys: auth is "iam" or a token.');
    const isToken = authorization === 'jwt' && authorizer !== undefined;
    return new CfnRoute(this, `Route ${method} ${path}`, {
      apiId: this.#api.ref,
      routeKey: `${method} ${path}`,
      target: `integrations/${integration.ref}`,
      authorizationType: AUTHORIZATION_TYPES[authorization],
      ...(isToken && { authorizerId: authorizer.ref }),
      ...(isToken && token?.scopes !== undefined && { authorizationScopes: [...token.scopes] }),
    });
  }

  #addAuthorizer({ issuer, audiences }: TokenAuth): CfnAuthorizer {
    return new CfnAuthorizer(this, 'Token', {
      apiId: this.#api.ref,
      name: 'token',
      authorizerType: 'JWT',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: { issuer, audience: [...audiences] },
    });
  }

  #integrate(id: string, handler: IFunction, timeoutMs: number): CfnIntegration {
    return new CfnIntegration(this, `Integration-${id}`, {
      apiId: this.#api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: handler.functionArn,
      payloadFormatVersion: '1.0',
      timeoutInMillis: timeoutMs,
    });
  }

  #addStage(props: HttpFrontProps, routes: readonly CfnRoute[]): void {
    const { throttle, openThrottles } = props;
    const log = new AccessLog(this, 'AccessLog', props);
    const limits = ({ perSecond, burst }: HttpFrontProps['throttle']) => ({
      throttlingRateLimit: perSecond,
      throttlingBurstLimit: burst,
      detailedMetricsEnabled: false,
    });
    const ofOpen = throttlesOfOpenRoutes(props.routes, openThrottles).map(
      ([{ method, path }, own]) =>
        // CloudFormation passes these names on as they are, so they are in API Gateway's own spelling.
        [
          `${method} ${path}`,
          {
            ThrottlingRateLimit: own.perSecond,
            ThrottlingBurstLimit: own.burst,
            // AWS bills these metrics, and only the events' are needed (infra/monitoring/api-metrics.ts).
            DetailedMetricsEnabled: path === WEBHOOK_PATH,
          },
        ] as const,
    );
    const stage = new CfnStage(this, 'Stage', {
      apiId: this.#api.ref,
      stageName: STAGE,
      autoDeploy: true,
      accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(HTTP_ACCESS_LOG_FIELDS) },
      defaultRouteSettings: limits(throttle),
      routeSettings: Object.fromEntries(ofOpen),
    });
    // The limit of a route needs the route to exist.
    for (const route of routes) stage.addResourceDependency(route);
    acknowledgeHttpFindings(routes);
  }
}
