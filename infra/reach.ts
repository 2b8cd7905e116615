import { type CfnRestApi, EndpointType, type RestApi, type RestApiProps } from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DEFAULT_TLS_POLICY, isEnhanced } from './custom-domain.ts';
import type { Domain } from './environment-values.ts';
import type { Route } from './routes.ts';

/** By what callers reach the API. */
export interface Reach {
  /**
   * The VPC endpoints by which alone the API is reached.
   *
   * @default - it is reached over the internet
   */
  readonly vpcEndpointIds?: readonly string[] | undefined;
  /**
   * A domain in front.
   *
   * @default - none
   */
  readonly domain?: Domain | undefined;
  /** Whether the address that API Gateway makes up is off: a domain is in front. */
  readonly isOwnAddressOff: boolean;
}

/** The REST API's properties for what it is reached by. */
export function propsOfReach({ vpcEndpointIds, isOwnAddressOff }: Reach, routes: readonly Route[], stage: string) {
  const reach: Partial<RestApiProps> =
    vpcEndpointIds === undefined
      ? { endpointTypes: [EndpointType.REGIONAL], ...(isOwnAddressOff && { disableExecuteApiEndpoint: true }) }
      : { endpointTypes: [EndpointType.PRIVATE], policy: endpointsOnly(vpcEndpointIds, routes, stage) };
  return reach;
}

/** Attaches the endpoints to a private API, so that their DNS names lead to it. */
export function attachEndpoints(api: RestApi, { vpcEndpointIds }: Reach): void {
  if (vpcEndpointIds === undefined) return;
  const { endpointConfiguration } = api.node.defaultChild as CfnRestApi;
  (api.node.defaultChild as CfnRestApi).endpointConfiguration = {
    ...endpointConfiguration,
    vpcEndpointIds: [...vpcEndpointIds],
  };
}

/**
 * Tills are long-lived: TLS 1.2 is allowed, with forward secrecy and authenticated encryption only. Behind a domain the
 * policy of the API counts all the same, so it is the domain's.
 */
export function requireTls(api: RestApi, { domain }: Reach): void {
  const policy = domain ? (domain.tlsPolicy ?? DEFAULT_TLS_POLICY) : 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09';
  const resource = api.node.defaultChild as CfnRestApi;
  resource.securityPolicy = policy;
  if (isEnhanced(policy)) resource.endpointAccessMode = 'STRICT';
}

/**
 * Who may reach a private API: those behind the endpoints. The routes of cache administration are not among what it
 * allows: API Gateway takes an allowance of this policy for IAM's own, and every identity could purge.
 */
function endpointsOnly(vpcEndpointIds: readonly string[], routes: readonly Route[], stage: string): PolicyDocument {
  const isElsewhere = { StringNotEquals: { 'aws:SourceVpce': [...vpcEndpointIds] } };
  const unsigned = routes.filter(({ path, authorization }) => authorization !== 'iam' && !path.includes('{'));
  const paths = [...new Set(unsigned.map(({ path }) => path))];
  const everybody = { principals: [new AnyPrincipal()], actions: ['execute-api:Invoke'] };
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...everybody, resources: paths.map((path) => `execute-api:/${stage}/*${path}`) }),
      new PolicyStatement({
        ...everybody,
        effect: Effect.DENY,
        resources: ['execute-api:/*'],
        conditions: isElsewhere,
      }),
    ],
  });
}
