import { type CfnRestApi, EndpointType, type RestApi, type RestApiProps } from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Domain } from './environment-values.ts';
import type { Route } from './routes.ts';
import { DEFAULT_TLS_POLICY, isEnhanced } from './tls-policy.ts';

/** The ways in which callers reach the API. */
export interface Reach {
  /**
   * The VPC endpoints of a private API. It is reachable only through them.
   * @default - callers reach it over the internet
   */
  readonly vpcEndpointIds?: readonly string[] | undefined;
  /**
   * A domain in front.
   *
   * @default - none
   */
  readonly domain?: Domain | undefined;
  /** Whether the API's own address is off, because a domain is in front. */
  readonly isOwnAddressOff: boolean;
}

/** The properties of a REST API that decide how callers reach it. */
export function propsOfReach({ vpcEndpointIds, isOwnAddressOff }: Reach, routes: readonly Route[], stage: string) {
  const reach: Partial<RestApiProps> =
    vpcEndpointIds === undefined
      ? { endpointTypes: [EndpointType.REGIONAL], ...(isOwnAddressOff && { disableExecuteApiEndpoint: true }) }
      : { endpointTypes: [EndpointType.PRIVATE], policy: endpointsOnly(vpcEndpointIds, routes, stage) };
  return reach;
}

/** Attaches the endpoints to a private API, so that their DNS names point to it. */
export function attachEndpoints(api: RestApi, { vpcEndpointIds }: Reach): void {
  if (vpcEndpointIds === undefined) return;
  const { endpointConfiguration } = api.node.defaultChild as CfnRestApi;
  (api.node.defaultChild as CfnRestApi).endpointConfiguration = {
    ...endpointConfiguration,
    vpcEndpointIds: [...vpcEndpointIds],
  };
}

/**
 * Sets the TLS that callers may use. Tills are in use for many years, so TLS 1.2 is allowed, but only with forward
 * secrecy and authenticated encryption. Behind a domain the API's own policy still counts, so it is the same as the
 * domain's.
 */
export function requireTls(api: RestApi, { domain }: Reach): void {
  const policy = domain ? (domain.tlsPolicy ?? DEFAULT_TLS_POLICY) : 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09';
  const resource = api.node.defaultChild as CfnRestApi;
  resource.securityPolicy = policy;
  if (isEnhanced(policy)) resource.endpointAccessMode = 'STRICT';
}

/**
 * The policy of a private API: it allows requests through the endpoints. It does not allow the routes that need a
 * signature, such as those of cache administration. API Gateway would take a permission of this policy for a permission
 * of IAM: then every identity could purge. A preflight has the path of a look-up, so the policy names its method.
 */
function endpointsOnly(vpcEndpointIds: readonly string[], routes: readonly Route[], stage: string): PolicyDocument {
  const isElsewhere = { StringNotEquals: { 'aws:SourceVpce': [...vpcEndpointIds] } };
  const unsigned = routes.filter(({ path, authorization }) => authorization !== 'iam' && !path.includes('{'));
  const isCovered = ({ path, method }: Route) =>
    method !== 'ANY' && unsigned.some((other) => other.path === path && other.method === 'ANY');
  const calls = unsigned.filter((route) => !isCovered(route));
  const everybody = { principals: [new AnyPrincipal()], actions: ['execute-api:Invoke'] };
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        ...everybody,
        resources: calls.map(({ method, path }) => `execute-api:/${stage}/${method === 'ANY' ? '*' : method}${path}`),
      }),
      new PolicyStatement({
        ...everybody,
        effect: Effect.DENY,
        resources: ['execute-api:/*'],
        conditions: isElsewhere,
      }),
    ],
  });
}
