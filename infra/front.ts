import type { ApiKey, IDomainName, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AccessLogProps } from './access-log.ts';
import type { Throttle } from './environment-values.ts';
import type { ApiMetrics } from './monitoring/api-metrics.ts';
import type { OpenThrottles } from './open-routes.ts';
import type { Reach } from './reach.ts';
import type { Route, RouteEntry } from './routes.ts';

/** The API in front of the functions. */
export interface Front {
  /** The API's own address, at which the routes begin. */
  readonly url: string;
  /** The resource that a policy must allow an identity to invoke, so that it may call cache administration. */
  readonly administrationArn: string;
  /** The resources that a policy must allow an identity to invoke, so that it may sign look-ups. */
  readonly lookupArns: readonly string[];
  /** The resource that a policy must allow an identity to invoke, so that it may sign this call. */
  callArn(method: string, path: string): string;
  /** The API keys that the stack makes; none if callers use no API keys. */
  readonly keys: readonly ApiKey[];
  readonly metrics: ApiMetrics;
  /** The REST API; undefined: the front is an HTTP API. */
  readonly restApi: RestApi | undefined;
  /** Points an existing domain to the API, below a path. Default: at its root. */
  mapTo(scope: Construct, domainName: IDomainName, basePath?: string): void;
}

/** The values that every front needs. */
export interface FrontProps extends AccessLogProps {
  readonly routes: readonly Route[];
  /** The functions that answer the routes. */
  readonly handlers: Readonly<Record<RouteEntry, IFunction>>;
  /** How long the gateway waits for one look-up. It waits as long as it can for a batch, and for a purge. Milliseconds. */
  readonly lookupTimeoutMs: number;
  /** How fast all callers together may ask. */
  readonly throttle: Throttle;
  /** The throttles of routes that need no key, token or signature. */
  readonly openThrottles: OpenThrottles;
  readonly reach: Reach;
}
