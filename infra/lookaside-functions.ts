import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Settings } from '../functions/settings/settings.ts';
import { authSettings } from './auth.ts';
import type { Entry } from './bundle.ts';
import type { CacheTable } from './cache-table.ts';
import { callersSetting } from './caller-plans.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { invalidationConcurrencyOf, memoryOf, prefixOf, retentionOf } from './environment-defaults.ts';
import { deadlineWithinGateway } from './environment-settings.ts';
import { ALIAS, LookasideFunction } from './lookaside-function.ts';
import type { Network } from './network.ts';
import type { KeySecret, UpstreamCredentials, WebhookSecret } from './secrets.ts';
import { batchLimitMs, GATEWAY_LIMIT_MS, lookupLimitMs } from './time-limits.ts';

/** The parts of the functions, and the resources that they use. */
export interface FunctionParts {
  readonly environment: DeploymentEnvironment & { readonly upstreamBaseUrl: string };
  readonly settings: Settings;
  readonly bundles: Readonly<Record<Entry, string>>;
  readonly cache: CacheTable;
  readonly upstreamCredentials: UpstreamCredentials;
  readonly keySecret: KeySecret;
  readonly webhookSecret: WebhookSecret;
  readonly encryptionKey: IKey | undefined;
  readonly network: Network | undefined;
}

/** How many revalidations may run at once, if the environment does not say. */
const REVALIDATION_CONCURRENCY = 5;

/** Makes the four functions, and gives each only the rights that it needs. */
export function addFunctions(scope: Construct, parts: FunctionParts): Readonly<Record<Entry, LookasideFunction>> {
  const { environment, bundles } = parts;
  const prefix = prefixOf(environment);
  const deadlineMs = deadlineWithinGateway(parts.settings);
  const common = {
    memoryMb: memoryOf(environment),
    logRetentionDays: retentionOf(environment),
    encryptionKey: parts.encryptionKey,
    network: parts.network,
    environment: {
      ...environment.settings,
      UPSTREAM_BASE_URL: environment.upstreamBaseUrl,
      // Every function's settings name the secret, but only some roles may read it.
      UPSTREAM_CREDENTIALS_ARN: parts.upstreamCredentials.secretArn,
      CACHE_TABLE: parts.cache.table.tableName,
      CACHE_KEY_SECRET: parts.keySecret.reference,
      METRICS_ENVIRONMENT: environment.name,
    },
  };
  const revalidate = new LookasideFunction(scope, 'Revalidate', {
    ...common,
    functionName: `${prefix}-revalidate`,
    description: 'Lookaside: revalidates stale entries, invoked asynchronously',
    bundle: bundles.revalidate,
    timeout: Duration.millis(lookupLimitMs(deadlineMs)),
    reservedConcurrency: toReserved(environment.revalidationConcurrency ?? REVALIDATION_CONCURRENCY),
  });
  revalidate.forgetFailedEvents();

  const lookup = {
    ...common,
    environment: { ...common.environment, REVALIDATE_FUNCTION: revalidate.qualifiedName },
  };
  const http = new LookasideFunction(scope, 'Http', {
    ...lookup,
    environment: {
      ...lookup.environment,
      ...(environment.callers && { CALLERS: callersSetting(environment.callers) }),
      ...authSettings(environment.auth),
    },
    functionName: `${prefix}-http`,
    description: 'Lookaside: answers look-ups of the REST API',
    bundle: bundles.http,
    // A batch may take as long as the gateway waits. A look-up ends long before.
    timeout: Duration.millis(GATEWAY_LIMIT_MS),
    reservedConcurrency: toReserved(environment.httpConcurrency ?? 'unlimited'),
    provisionedConcurrency: environment.provisionedConcurrency,
  });
  const invoke = new LookasideFunction(scope, 'Invoke', {
    ...lookup,
    functionName: `${prefix}-invoke`,
    description: 'Lookaside: answers look-ups of other functions',
    bundle: bundles.invoke,
    timeout: Duration.millis(batchLimitMs(deadlineMs)),
  });
  const otherRegions = functionsOfOtherRegions(scope, environment);
  const invalidate = new LookasideFunction(scope, 'Invalidate', {
    ...common,
    environment: {
      ...common.environment,
      WEBHOOK_SECRET: parts.webhookSecret.reference,
      ...(otherRegions.length > 0 && { OTHER_REGIONS: otherRegions.join(',') }),
    },
    functionName: `${prefix}-invalidate`,
    description: "Lookaside: cache administration and the upstream's events",
    bundle: bundles.invalidate,
    timeout: Duration.millis(GATEWAY_LIMIT_MS),
    reservedConcurrency: toReserved(invalidationConcurrencyOf(environment)),
  });
  const functions = { http, invoke, revalidate, invalidate };
  connect(functions, parts);
  if (otherRegions.length > 0) {
    invalidate.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...otherRegions] }),
    );
  }
  return functions;
}

/** The functions of purges and events in the other regions, by the ARNs of their aliases. */
function functionsOfOtherRegions(scope: Construct, environment: DeploymentEnvironment): readonly string[] {
  const { partition, account } = Stack.of(scope);
  const name = `${prefixOf(environment)}-invalidate:${ALIAS}`;
  return (environment.otherRegions ?? []).map(
    (region) => `arn:${partition}:lambda:${region}:${account}:function:${name}`,
  );
}

function connect(
  { http, invoke, revalidate, invalidate }: Readonly<Record<Entry, LookasideFunction>>,
  { cache, upstreamCredentials }: FunctionParts,
): void {
  for (const { role } of [http, invoke, revalidate]) {
    cache.grantLookup(role);
    upstreamCredentials.grantRead(role);
  }
  for (const { role } of [http, invoke]) revalidate.grantInvoke(role);
  cache.grantInvalidation(invalidate.role);
}

/** The number of instances that Lambda reserves; undefined: it reserves none. */
function toReserved(concurrency: number | 'unlimited'): number | undefined {
  return concurrency === 'unlimited' ? undefined : concurrency;
}
