import { type Duration, Stack, Tags, Token } from 'aws-cdk-lib';
import type { IDomainName } from 'aws-cdk-lib/aws-apigateway';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { addFront } from './add-front.ts';
import type { Bundled, Entry } from './bundle.ts';
import { CacheTable } from './cache-table.ts';
import { addCanary, type Canary } from './canary.ts';
import type { CustomDomain } from './custom-domain.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { EncryptionKey, KEY_USE } from './encryption-key.ts';
import { prefixOf, retentionOf } from './environment-defaults.ts';
import { checkEnvironment } from './environment-rules.ts';
import { settingsOf } from './environment-settings.ts';
import type { Front } from './front.ts';
import type { LookasideFunction } from './lookaside-function.ts';
import { addFunctions } from './lookaside-functions.ts';
import { Measures, PERIOD } from './monitoring/measures.ts';
import type { Monitoring } from './monitoring/monitoring.ts';
import { watch } from './monitoring/watch.ts';
import { Network } from './network.ts';
import { checkPlace } from './pinned-place.ts';
import { Releases } from './releases.ts';
import { KeySecret, UpstreamCredentials, WebhookSecret } from './secrets.ts';
import { checkSideBySide } from './side-by-side.ts';
import { ENVIRONMENT_TAG } from './tag-rules.ts';

/** The options of Lookaside as a construct of any stack. */
export interface LookasideProps {
  /** The values that may differ between deployments. Its `upstreamBaseUrl` is required here, and may be a token. */
  readonly environment: DeploymentEnvironment & { readonly upstreamBaseUrl: string };
  /** The functions' bundles: folders, by the entries' names (`bundleFunctions`). */
  readonly bundles: Readonly<Record<Bundled, string>>;
  /**
   * The action of alarms.
   * @default - none
   */
  readonly alarmTopic?: ITopic;
  /**
   * Your own key for the table, the secrets, the functions' environments and the logs. Its policy must let CloudWatch
   * Logs and Secrets Manager use it.
   *
   * @default - by the environment's `hasOwnKey`: the stack's own key, or Amazon's keys
   */
  readonly encryptionKey?: IKey;
  /**
   * Your own VPC for the functions, with private subnets that reach the upstream and AWS.
   *
   * @default - the environment's `network`
   */
  readonly vpc?: IVpc;
  /**
   * Your own web ACL in front of the API.
   *
   * @default - the environment's `firewall`
   */
  readonly webAclArn?: string;
  /**
   * Your own domain that points to the API, at its root. The API's own address is then off.
   *
   * @default - the environment's `domain`
   */
  readonly domainName?: IDomainName;
}

/**
 * All of Lookaside: makes its parts and gives each the rights that it needs. `LookasideStack` uses it, and your own
 * stack can use it too.
 */
export class Lookaside extends Construct {
  /** The environment that it was made from. */
  readonly environment: DeploymentEnvironment;
  readonly cache: CacheTable;
  readonly upstreamCredentials: UpstreamCredentials;
  readonly keySecret: KeySecret;
  readonly webhookSecret: WebhookSecret;
  /** The functions, by the folders of their entries. */
  readonly functions: Readonly<Record<Entry, LookasideFunction>>;
  /** The address at which the routes begin. */
  readonly url: string;
  /** The API in front: a REST API, or an HTTP API. */
  readonly gateway: Front;
  /** Encrypts the stored data; undefined: Amazon's keys for this account encrypt it. */
  readonly encryptionKey: IKey | undefined;
  /** The network of the functions; undefined: Lambda's own. */
  readonly network: Network | undefined;
  /** The domain in front; undefined: there is none, or it was passed in. */
  readonly customDomain: CustomDomain | undefined;
  /** Asks from outside, by a schedule; undefined if the environment has no canary. */
  readonly canary: Canary | undefined;
  /** Moves traffic to new code step by step; undefined if the environment releases at once. */
  readonly releases: Releases | undefined;
  /** Undefined: the environment switches it off. */
  readonly monitoring: Monitoring | undefined;
  readonly #measures: Measures;

  /** @throws {EnvironmentError | SettingsError} if the environment is wrong; it has one line for each fault */
  constructor(scope: Construct, id: string, props: LookasideProps) {
    super(scope, id);
    const { environment, bundles, alarmTopic, encryptionKey } = props;
    checkEnvironment(environment);
    checkPlace(this, environment);
    this.environment = environment;
    checkSideBySide(Lookaside.environmentsIn(this));
    const settings = settingsOf(environment);
    this.#measures = new Measures(environment.name);
    const tags = { [ENVIRONMENT_TAG]: environment.name, ...environment.tags };
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
    this.network = this.addNetwork(props);
    this.network?.reachTable(this.cache.table.tableArn);
    const { cache, upstreamCredentials, keySecret, webhookSecret, network } = this;
    const kept = { cache, upstreamCredentials, keySecret, webhookSecret, encryptionKey: this.encryptionKey };
    this.functions = addFunctions(this, { environment, settings, bundles, network, ...kept });
    const roles = Object.values(this.functions).map(({ role }) => role);
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

    const { gateway, customDomain, url } = addFront(this, {
      environment,
      settings,
      network,
      encryptionKey: this.encryptionKey,
      handlers: {
        http: this.functions.http.alias as IFunction,
        invalidate: this.functions.invalidate.alias as IFunction,
      },
      domainName: props.domainName,
      webAclArn: props.webAclArn,
    });
    this.gateway = gateway;
    this.customDomain = customDomain;
    this.url = url;
    const logRetentionDays = retentionOf(environment);
    this.canary = addCanary(this, {
      environment,
      front: gateway,
      url,
      bundle: bundles.canary,
      logRetentionDays,
      encryptionKey: this.encryptionKey,
    });
    const canaryRole = this.canary?.function.role;
    ownKey?.grantUse(roles);
    if (canaryRole !== undefined) ownKey?.grantEnvironment(canaryRole);
    for (const role of canaryRole ? [...roles, canaryRole] : roles) encryptionKey?.grant(role, ...KEY_USE);
    this.monitoring = watch(this, {
      environment,
      measures: this.#measures,
      api: gateway.metrics,
      functions: this.functions,
      canary: this.canary,
      tableName: this.cache.table.tableName,
      topic: alarmTopic,
    });
    // An answer 500 is not an error of the invocation, so only this alarm shows a release that breaks look-ups.
    const faults = this.monitoring?.alarms.get('faults');
    if (faults) this.releases?.rollBackOn(faults);
  }

  /** The environments of an app, each with the place of its stack, if that is known. */
  private static environmentsIn(scope: Construct): readonly DeploymentEnvironment[] {
    return scope.node.root.node.findAll().flatMap((each) => {
      if (!(each instanceof Lookaside)) return [];
      const { account, region } = Stack.of(each);
      const place = Token.isUnresolved(account) || Token.isUnresolved(region) ? {} : { account, region };
      return [{ ...each.environment, ...place }];
    });
  }

  private addNetwork({ environment, vpc }: LookasideProps): Network | undefined {
    const setting = vpc ?? environment.network;
    if (setting === undefined) return undefined;
    const logRetentionDays = retentionOf(environment);
    const { encryptionKey } = this;
    return new Network(this, 'Network', { prefix: prefixOf(environment), setting, logRetentionDays, encryptionKey });
  }

  /** Lets a function, or any other identity, look customers up by direct invocation (the output `InvokeFunctionName`). */
  grantLookup(caller: IGrantable): Grant {
    return this.functions.invoke.grantInvoke(caller);
  }

  /** Lets an identity purge: it may sign requests to cache administration, and no other requests of the API. */
  grantPurge(identity: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee: identity,
      actions: ['execute-api:Invoke'],
      resourceArns: [this.gateway.administrationArn],
    });
  }

  /** Lets an identity sign look-ups, in an environment with `auth: 'iam'`. */
  grantCall(identity: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee: identity,
      actions: ['execute-api:Invoke'],
      resourceArns: [...this.gateway.lookupArns],
    });
  }

  /**
   * The share of the look-ups that the cache answered, fresh or stale, in percent. Look-ups that were refused or failed do
   * not count.
   *
   * @param period the period of each share. Default: 5 minutes
   */
  metricHitRatio(period: Duration = PERIOD): IMetric {
    return this.#measures.hitRatio(period);
  }
}
