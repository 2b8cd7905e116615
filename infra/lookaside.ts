import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../functions/settings/settings.ts';
import type { Entry } from './bundle.ts';
import { CacheTable } from './cache-table.ts';
import { type DeploymentEnvironment, prefixOf } from './deployment-environment.ts';
import { invalidationConcurrencyOf, memoryOf, quotaOf, webhookThrottleOf } from './environment-defaults.ts';
import { checkEnvironment } from './environment-rules.ts';
import { deadlineWithinGateway, GATEWAY_LIMIT_MS, MARGIN_MS, settingsOf } from './environment-settings.ts';
import { LookasideFunction } from './lookaside-function.ts';
import { LookupApi } from './lookup-api.ts';
import { Measures, PERIOD } from './monitoring/measures.ts';
import type { Monitoring } from './monitoring/monitoring.ts';
import { watch } from './monitoring/watch.ts';
import { Releases } from './releases.ts';
import { ROUTES } from './routes.ts';
import { KeySecret, UpstreamCredentials, WebhookSecret } from './secrets.ts';

export interface LookasideProps {
  /** What may differ between deployments. Its `upstreamBaseUrl` is required here, and may be a token. */
  readonly environment: DeploymentEnvironment & { readonly upstreamBaseUrl: string };
  /** The functions' bundles: folders, by the entries' names (`bundleFunctions`). */
  readonly bundles: Readonly<Record<Entry, string>>;
  /**
   * Where alarms tell of themselves.
   *
   * @default - nowhere
   */
  readonly alarmTopic?: ITopic;
}

/** How many revalidations may run at once, if the environment does not say. */
const REVALIDATION_CONCURRENCY = 5;

/** How many look-ups of the largest batch come one after the other: a hundred, ten at once. */
const BATCH_ROUNDS = 10;

/**
 * All of Lookaside: makes its parts and lets each reach what it needs. `LookasideStack` is a thin user of it; a stack of
 * yours can be another.
 */
export class Lookaside extends Construct {
  readonly cache: CacheTable;
  readonly upstreamCredentials: UpstreamCredentials;
  readonly keySecret: KeySecret;
  readonly webhookSecret: WebhookSecret;
  /** The functions, by the folders of their entries. */
  readonly functions: Readonly<Record<Entry, LookasideFunction>>;
  readonly gateway: LookupApi;
  /** Moves traffic to new code bit by bit; undefined if the environment releases at once. */
  readonly releases: Releases | undefined;
  /** Undefined: the environment switches it off. */
  readonly monitoring: Monitoring | undefined;
  readonly #measures: Measures;

  /** @throws {EnvironmentError | SettingsError} when the environment is wrong; one line for each fault */
  constructor(scope: Construct, id: string, { environment, bundles, alarmTopic }: LookasideProps) {
    super(scope, id);
    checkEnvironment(environment);
    const settings = settingsOf(environment);
    this.#measures = new Measures(environment.name);

    this.cache = new CacheTable(this, 'Cache', { isProtected: environment.isProtected ?? false });
    this.upstreamCredentials = new UpstreamCredentials(this, 'UpstreamCredentials');
    this.keySecret = new KeySecret(this, 'KeySecret', environment.keySecretVersion);
    this.webhookSecret = new WebhookSecret(this, 'WebhookSecret', environment.webhookSecretVersion);
    this.functions = this.addFunctions(environment, settings, bundles);
    this.connect();
    const { release = 'at-once' } = environment;
    if (release !== 'at-once') {
      const { functions } = this;
      this.releases = new Releases(this, 'Releases', {
        prefix: prefixOf(environment),
        shift: release,
        functions,
        alarmTopic,
      });
    }

    const { http, invalidate } = this.functions;
    this.gateway = new LookupApi(this, 'Gateway', {
      name: prefixOf(environment),
      routes: ROUTES,
      handlers: { http: http.alias as IFunction, invalidate: invalidate.alias as IFunction },
      lookupTimeout: toTimeout(deadlineWithinGateway(settings)),
      apiKeys: environment.apiKeys ?? ['till'],
      throttle: environment.throttle ?? { perSecond: 20, burst: 40 },
      webhookThrottle: webhookThrottleOf(environment),
      quota: quotaOf(environment),
      logRetentionDays: environment.logRetentionDays ?? 14,
      ownsLogRole: environment.ownsGatewayLogRole ?? false,
      allowsOrigins: settings.corsOrigins.length > 0,
    });
    this.monitoring = watch(this, {
      environment,
      measures: this.#measures,
      functions: this.functions,
      tableName: this.cache.table.tableName,
      topic: alarmTopic,
    });
  }

  /** Lets a function, or any other identity, look customers up by direct invocation (the output `InvokeFunctionName`). */
  grantLookup(caller: IGrantable): Grant {
    return this.functions.invoke.grantInvoke(caller);
  }

  /** Lets an identity purge: sign requests to cache administration, and nothing else of the API. */
  grantPurge(identity: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee: identity,
      actions: ['execute-api:Invoke'],
      resourceArns: [this.gateway.administrationArn],
    });
  }

  /**
   * The share of the look-ups that the cache answered, fresh or stale, in percent. Look-ups that were refused or failed do
   * not count.
   *
   * @param period over which the share is taken
   */
  metricHitRatio(period: Duration = PERIOD): IMetric {
    return this.#measures.hitRatio(period);
  }

  private addFunctions(
    environment: LookasideProps['environment'],
    settings: Settings,
    bundles: LookasideProps['bundles'],
  ): Readonly<Record<Entry, LookasideFunction>> {
    const prefix = prefixOf(environment);
    const deadlineMs = deadlineWithinGateway(settings);
    const common = {
      memoryMb: memoryOf(environment),
      logRetentionDays: environment.logRetentionDays ?? 14,
      environment: {
        ...environment.settings,
        UPSTREAM_BASE_URL: environment.upstreamBaseUrl,
        // Every function's settings name it; only roles that may read it learn what it holds.
        UPSTREAM_CREDENTIALS_ARN: this.upstreamCredentials.secretArn,
        CACHE_TABLE: this.cache.table.tableName,
        CACHE_KEY_SECRET: this.keySecret.reference,
        METRICS_ENVIRONMENT: environment.name,
      },
    };
    const revalidate = new LookasideFunction(this, 'Revalidate', {
      ...common,
      functionName: `${prefix}-revalidate`,
      description: 'Lookaside: revalidates stale entries, invoked asynchronously',
      bundle: bundles.revalidate,
      timeout: toTimeout(deadlineMs),
      reservedConcurrency: toReserved(environment.revalidationConcurrency ?? REVALIDATION_CONCURRENCY),
    });
    revalidate.forgetFailedEvents();

    const lookup = {
      ...common,
      environment: { ...common.environment, REVALIDATE_FUNCTION: revalidate.qualifiedName },
    };
    const http = new LookasideFunction(this, 'Http', {
      ...lookup,
      functionName: `${prefix}-http`,
      description: 'Lookaside: answers look-ups of the REST API',
      bundle: bundles.http,
      // A batch takes as long as the gateway waits; a look-up ends by itself long before.
      timeout: Duration.millis(GATEWAY_LIMIT_MS),
      reservedConcurrency: toReserved(environment.httpConcurrency ?? 'unlimited'),
      provisionedConcurrency: environment.provisionedConcurrency,
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
      environment: { ...common.environment, WEBHOOK_SECRET: this.webhookSecret.reference },
      functionName: `${prefix}-invalidate`,
      description: "Lookaside: cache administration and the upstream's events",
      bundle: bundles.invalidate,
      timeout: Duration.millis(GATEWAY_LIMIT_MS),
      reservedConcurrency: toReserved(invalidationConcurrencyOf(environment)),
    });
    return { http, invoke, revalidate, invalidate };
  }

  /** Lets each part reach what it needs, and no more. */
  private connect(): void {
    const { http, invoke, revalidate, invalidate } = this.functions;
    for (const { role } of [http, invoke, revalidate]) {
      this.cache.grantLookup(role);
      this.upstreamCredentials.grantRead(role);
    }
    for (const { role } of [http, invoke]) revalidate.grantInvoke(role);
    this.cache.grantInvalidation(invalidate.role);
  }
}

/** The instances that Lambda reserves. */
function toReserved(concurrency: number | 'unlimited'): number | undefined {
  return concurrency === 'unlimited' ? undefined : concurrency;
}

/** Lambda counts in whole seconds. */
function toTimeout(deadlineMs: number): Duration {
  return Duration.seconds(Math.ceil((deadlineMs + MARGIN_MS) / 1000));
}
