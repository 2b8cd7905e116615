import { CfnOutput, CfnParameter, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { lookupDeadlineOf, type Settings } from '../functions/settings/settings.ts';
import type { Entry } from './bundle.ts';
import { CacheTable } from './cache-table.ts';
import { type DeploymentEnvironment, settingsOf } from './environments.ts';
import { LookasideFunction } from './lookaside-function.ts';
import { LookupApi } from './lookup-api.ts';
import { ROUTES } from './routes.ts';
import { KeySecret, UpstreamCredentials, WebhookSecret } from './secrets.ts';

export interface LookasideStackProps extends StackProps {
  readonly environment: DeploymentEnvironment;
  /** The functions' bundles: folders, by the entries' names. */
  readonly bundles: Readonly<Record<Entry, string>>;
}

/** API Gateway waits no longer for a function. */
const GATEWAY_LIMIT_MS = 29_000;
/** What a function may need beyond its look-up: a cold start's rest, and the answer's way back. */
const MARGIN_MS = 2_000;

/** How many revalidations may run at once, where the environment does not say. */
const REVALIDATION_CONCURRENCY = 5;

/** How many look-ups of the largest batch come one after the other: a hundred, ten at once. */
const BATCH_ROUNDS = 10;

/** All of Lookaside: composes its parts and lets each reach what it needs. */
export class LookasideStack extends Stack {
  constructor(scope: Construct, id: string, { environment, bundles, ...props }: LookasideStackProps) {
    super(scope, id, {
      description: 'Lookaside: a caching look-up service in front of the customer look-up API',
      terminationProtection: environment.isProtected ?? false,
      ...props,
    });
    const { prefix = 'lookaside', memoryMb = 512, logRetentionDays = 14 } = environment;
    const { revalidationConcurrency = REVALIDATION_CONCURRENCY } = environment;
    const settings = settingsOf(environment);

    const cache = new CacheTable(this, 'Cache', { isProtected: environment.isProtected ?? false });
    const upstream = new UpstreamCredentials(this, 'UpstreamCredentials');
    const keySecret = new KeySecret(this, 'KeySecret', environment.keySecretVersion);
    const webhookSecret = new WebhookSecret(this, 'WebhookSecret', environment.webhookSecretVersion);

    const deadlineMs = deadlineWithinGateway(settings);
    const common = {
      memoryMb,
      logRetentionDays,
      environment: {
        ...environment.settings,
        UPSTREAM_BASE_URL: environment.upstreamBaseUrl ?? this.askForUpstream(),
        // Every function's settings name it; only roles that may read it learn what it holds.
        UPSTREAM_CREDENTIALS_ARN: upstream.secretArn,
        CACHE_TABLE: cache.table.tableName,
        CACHE_KEY_SECRET: keySecret.reference,
      },
    };
    const revalidate = new LookasideFunction(this, 'Revalidate', {
      ...common,
      functionName: `${prefix}-revalidate`,
      description: 'Lookaside: revalidates stale entries, invoked asynchronously',
      bundle: bundles.revalidate,
      timeout: toTimeout(deadlineMs),
      reservedConcurrency: revalidationConcurrency === 'unlimited' ? undefined : revalidationConcurrency,
    });
    revalidate.forgetFailedEvents();

    const lookup = {
      ...common,
      environment: { ...common.environment, REVALIDATE_FUNCTION: revalidate.lambda.functionName },
    };
    const http = new LookasideFunction(this, 'Http', {
      ...lookup,
      functionName: `${prefix}-http`,
      description: 'Lookaside: answers look-ups of the REST API',
      bundle: bundles.http,
      // A batch takes as long as the gateway waits; a look-up ends by itself long before.
      timeout: Duration.millis(GATEWAY_LIMIT_MS),
    });
    const invoke = new LookasideFunction(this, 'Invoke', {
      ...lookup,
      functionName: `${prefix}-invoke`,
      description: 'Lookaside: answers look-ups of other functions',
      bundle: bundles.invoke,
      timeout: toTimeout(BATCH_ROUNDS * deadlineMs),
    });
    const invalidate = new LookasideFunction(this, 'Invalidate', {
      ...common,
      environment: { ...common.environment, WEBHOOK_SECRET: webhookSecret.reference },
      functionName: `${prefix}-invalidate`,
      description: "Lookaside: cache administration and the upstream's events",
      bundle: bundles.invalidate,
      timeout: Duration.millis(GATEWAY_LIMIT_MS),
    });
    for (const { role } of [http, invoke, revalidate]) {
      cache.grantLookup(role);
      upstream.grantRead(role);
    }
    for (const caller of [http, invoke]) revalidate.grantInvoke(caller);
    cache.grantInvalidation(invalidate.role);

    const gateway = new LookupApi(this, 'Gateway', {
      name: prefix,
      routes: ROUTES,
      handlers: { http: http.lambda, invalidate: invalidate.lambda },
      apiKeys: environment.apiKeys ?? ['till'],
      throttle: environment.throttle ?? { perSecond: 20, burst: 40 },
      webhookThrottle: environment.webhookThrottle ?? { perSecond: 50, burst: 100 },
      quota: environment.quota ?? { requests: 100_000, per: 'DAY' },
      logRetentionDays,
      ownsLogRole: environment.ownsGatewayLogRole ?? true,
      allowsOrigins: settings.corsOrigins.length > 0,
    });

    const outputs: Readonly<Record<string, string>> = {
      Endpoint: gateway.api.url,
      AdministrationArn: gateway.administrationArn,
      ApiKeyIds: gateway.keys.map((key) => key.keyId).join(','),
      TableName: cache.table.tableName,
      UpstreamSecretArn: upstream.secretArn,
      KeySecretArn: keySecret.secret.secretArn,
      WebhookSecretArn: webhookSecret.secret.secretArn,
      HttpFunctionName: http.lambda.functionName,
      InvokeFunctionName: invoke.lambda.functionName,
      RevalidateFunctionName: revalidate.lambda.functionName,
      InvalidateFunctionName: invalidate.lambda.functionName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** Asks whoever deploys for the upstream's address: without a default, CloudFormation refuses to go on without it. */
  private askForUpstream(): string {
    return new CfnParameter(this, 'UpstreamBaseUrl', {
      description: "The upstream's address, such as https://eu.api.capillarytech.com",
      allowedPattern: '^https://[^\\s/?#@]+(/[^\\s?#]*)?$',
      constraintDescription: 'must be an https address without user, query or fragment',
    }).valueAsString;
  }
}

/**
 * By when a look-up is answered.
 *
 * @throws {RangeError} when that is later than the gateway waits
 */
function deadlineWithinGateway(settings: Settings): number {
  const { upstream, cache } = settings;
  const deadlineMs = lookupDeadlineOf(settings);
  if (deadlineMs + MARGIN_MS > GATEWAY_LIMIT_MS) {
    throw new RangeError(
      `UPSTREAM_TIMEOUT_MS is ${upstream.timeoutMs} and CACHE_TIMEOUT_MS is ${cache.timeoutMs}: a look-up may take ` +
        `2 × (${upstream.timeoutMs} + ${cache.timeoutMs}) + 1000 = ${deadlineMs} ms. Allowed is ` +
        `${GATEWAY_LIMIT_MS - MARGIN_MS} ms, since API Gateway waits ${GATEWAY_LIMIT_MS} ms. Lower one of them.`,
    );
  }
  return deadlineMs;
}

/** Lambda counts in whole seconds. */
function toTimeout(deadlineMs: number): Duration {
  return Duration.seconds(Math.ceil((deadlineMs + MARGIN_MS) / 1000));
}
