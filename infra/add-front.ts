import type { IDomainName } from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from '../functions/settings/settings.ts';
import { authKindOf, LOOKUP_AUTHORIZATION } from './auth.ts';
import { CustomDomain } from './custom-domain.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import {
  plansOf,
  prefixOf,
  preflightThrottleOf,
  retentionOf,
  stageThrottleOf,
  webhookThrottleOf,
} from './environment-defaults.ts';
import { EnvironmentError } from './environment-rules.ts';
import { deadlineWithinGateway } from './environment-settings.ts';
import { attachAcl, Firewall } from './firewall.ts';
import type { Front, FrontProps } from './front.ts';
import { HttpFront } from './http-front.ts';
import { LookupApi } from './lookup-api.ts';
import type { Network } from './network.ts';
import { type RouteEntry, routesFor } from './routes.ts';
import { lookupLimitMs } from './time-limits.ts';

/** The other parts of a deployment that a front needs. */
export interface FrontParts {
  readonly environment: DeploymentEnvironment;
  readonly settings: Settings;
  /** The functions that answer the routes. */
  readonly handlers: Readonly<Record<RouteEntry, IFunction>>;
  readonly network: Network | undefined;
  readonly encryptionKey: IKey | undefined;
  /** A domain, made elsewhere, that points to the API. */
  readonly domainName: IDomainName | undefined;
  /** The ARN of a web ACL that is made elsewhere. */
  readonly webAclArn: string | undefined;
}

/** The throttle of /health, which monitors ask. The function asks the store at most once in five seconds. */
const HEALTH_THROTTLE = { perSecond: 10, burst: 20 } as const;

/** The API of an environment, and the way to it. */
export interface AddedFront {
  readonly gateway: Front;
  readonly customDomain: CustomDomain | undefined;
  /** The address at which the routes begin. If there is a domain in front, it is the domain's. */
  readonly url: string;
}

/** Makes the API of an environment, with the domain and the firewall in front of it. */
export function addFront(scope: Construct, parts: FrontParts): AddedFront {
  const { environment, domainName } = parts;
  const gateway = environment.front === 'http' ? addHttpFront(scope, parts) : addRestFront(scope, parts);
  if (domainName) gateway.mapTo(scope, domainName);
  const { domain } = environment;
  const customDomain = domain && !domainName ? new CustomDomain(scope, 'Domain', domain, gateway) : undefined;
  const givenUrl = domainName && `https://${domainName.domainName}/`;
  return { gateway, customDomain, url: givenUrl ?? customDomain?.url ?? gateway.url };
}

function addHttpFront(scope: Construct, parts: FrontParts): HttpFront {
  const { environment, webAclArn } = parts;
  if (webAclArn !== undefined) {
    throw new EnvironmentError('webAclArn is set and front is "http"; allowed with a web ACL is front "rest".');
  }
  const { auth } = environment;
  return new HttpFront(scope, 'Gateway', { ...propsOf(parts), token: typeof auth === 'object' ? auth : undefined });
}

function addRestFront(scope: Construct, parts: FrontParts): LookupApi {
  const { environment, settings, webAclArn, network, encryptionKey } = parts;
  const { firewall = 'none', privateEndpoints } = environment;
  const made = privateEndpoints === 'made' && network ? [network.addApiEndpoint()] : undefined;
  const props = propsOf(parts);
  const api = new LookupApi(scope, 'Gateway', {
    ...props,
    ...plansOf(environment),
    ownsLogRole: environment.ownsGatewayLogRole ?? false,
    allowsOrigins: settings.corsOrigins.length > 0,
    hasFirewall: firewall !== 'none' || webAclArn !== undefined,
    reach: { ...props.reach, vpcEndpointIds: privateEndpoints === 'made' ? made : privateEndpoints },
  });
  const { deploymentStage: stage } = api.restApi;
  if (webAclArn !== undefined) attachAcl(scope, stage, webAclArn);
  else if (firewall !== 'none') {
    const prefix = prefixOf(environment);
    new Firewall(scope, 'Firewall', {
      prefix,
      limits: firewall,
      webhookThrottle: webhookThrottleOf(environment),
      stage,
      logRetentionDays: props.logRetentionDays,
      encryptionKey,
    });
  }
  return api;
}

function propsOf({ environment, settings, handlers, encryptionKey, domainName }: FrontParts): FrontProps {
  const { domain } = environment;
  return {
    name: prefixOf(environment),
    routes: routesFor({
      allowsOrigins: settings.corsOrigins.length > 0,
      lookups: LOOKUP_AUTHORIZATION[authKindOf(environment)],
    }),
    handlers,
    lookupTimeoutMs: lookupLimitMs(deadlineWithinGateway(settings)),
    throttle: stageThrottleOf(environment),
    // A page asks once before its look-ups; a monitor asks for /health now and then.
    openThrottles: {
      webhook: webhookThrottleOf(environment),
      preflight: preflightThrottleOf(environment),
      health: HEALTH_THROTTLE,
    },
    logRetentionDays: retentionOf(environment),
    encryptionKey,
    reach: { domain, isOwnAddressOff: domain !== undefined || domainName !== undefined },
  };
}
