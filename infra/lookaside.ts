import { type Duration, Tags } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Entry } from './bundle.ts';
import { CacheTable } from './cache-table.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { EncryptionKey, KEY_USE } from './encryption-key.ts';
import { prefixOf, quotaOf, webhookThrottleOf } from './environment-defaults.ts';
import { checkEnvironment } from './environment-rules.ts';
import { deadlineWithinGateway, settingsOf, toTimeout } from './environment-settings.ts';
import type { LookasideFunction } from './lookaside-function.ts';
import { addFunctions } from './lookaside-functions.ts';
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
  /**
   * A key of yours for the table, the secrets, the functions' environments and the logs. Its policy must let CloudWatch Logs
   * and Secrets Manager use it.
   *
   * @default - the stack's own, or Amazon's keys: the environment's `hasOwnKey`
   */
  readonly encryptionKey?: IKey;
}

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
  /** Encrypts what is kept; undefined: Amazon's keys for this account do. */
  readonly encryptionKey: IKey | undefined;
  /** Moves traffic to new code bit by bit; undefined if the environment releases at once. */
  readonly releases: Releases | undefined;
  /** Undefined: the environment switches it off. */
  readonly monitoring: Monitoring | undefined;
  readonly #measures: Measures;

  /** @throws {EnvironmentError | SettingsError} when the environment is wrong; one line for each fault */
  constructor(scope: Construct, id: string, { environment, bundles, alarmTopic, encryptionKey }: LookasideProps) {
    super(scope, id);
    checkEnvironment(environment);
    const settings = settingsOf(environment);
    this.#measures = new Measures(environment.name);
    const tags = { 'lookaside:environment': environment.name, ...environment.tags };
    for (const [name, value] of Object.entries(tags)) Tags.of(this).add(name, value);

    const { isProtected = false, deployers } = environment;
    const isOwn = encryptionKey === undefined && environment.hasOwnKey;
    const ownKey = isOwn
      ? new EncryptionKey(this, 'EncryptionKey', { prefix: prefixOf(environment), isProtected, deployers })
      : undefined;
    this.encryptionKey = encryptionKey ?? ownKey?.key;
    this.cache = new CacheTable(this, 'Cache', {
      isProtected,
      encryptionKey: this.encryptionKey,
      limit: environment.tableLimit,
      warmThroughput: environment.tableWarmThroughput,
    });
    const secret = (version: string | undefined) => ({ version, encryptionKey: this.encryptionKey });
    this.upstreamCredentials = new UpstreamCredentials(this, 'UpstreamCredentials', this.encryptionKey);
    this.keySecret = new KeySecret(this, 'KeySecret', secret(environment.keySecretVersion));
    this.webhookSecret = new WebhookSecret(this, 'WebhookSecret', secret(environment.webhookSecretVersion));
    const { cache, upstreamCredentials, keySecret, webhookSecret } = this;
    const kept = { cache, upstreamCredentials, keySecret, webhookSecret, encryptionKey: this.encryptionKey };
    this.functions = addFunctions(this, { environment, settings, bundles, ...kept });
    const roles = Object.values(this.functions).map(({ role }) => role);
    ownKey?.grantUse(roles);
    for (const role of roles) encryptionKey?.grant(role, ...KEY_USE);
    this.cache.refuseOthers(roles);
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
      encryptionKey: this.encryptionKey,
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
}
