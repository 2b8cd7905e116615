import { ArnFormat, Aws, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { FirewallLimits, Throttle } from './environment-values.ts';
import { WEBHOOK_PATH } from './routes.ts';

/** The limits of the firewall, and the stage behind it. */
export interface FirewallProps {
  /** The name of the ACL, and the end of the name of its log. */
  readonly prefix: string;
  readonly limits: FirewallLimits;
  /** How fast the webhook's own throttle lets events through. */
  readonly webhookThrottle: Throttle;
  readonly stage: Stage;
  readonly logRetentionDays: number;
  readonly encryptionKey?: IKey | undefined;
}

/** The period over which WAF counts. Seconds. */
const WINDOW_SECONDS = 300;
/** The period over which WAF counts the requests to the webhook. Seconds. It is the shortest that WAF has. */
const WEBHOOK_WINDOW_SECONDS = 60;
/** Marks requests that the rate of one key blocks: their log line would hold the key. */
const KEY_LABEL = 'lookaside:key-rate';

/**
 * Amazon's managed rules. `counted`: the rules that only count requests here, and do not block them. Bodies come from
 * holders of a key or of the webhook's secret, are JSON, and may be larger than 8 KB (a batch of a hundred). Old tills
 * send no User-Agent. A query may be longer than 2 KB (`fields`), and an e-mail address in it may end like the name of
 * a file (`a@b.log`).
 */
const MANAGED_RULES: readonly { readonly name: string; readonly counted: readonly string[] }[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', counted: [] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', counted: [] },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    counted: [
      'SizeRestrictions_QUERYSTRING',
      'RestrictedExtensions_QUERYARGUMENTS',
      'SizeRestrictions_BODY',
      'NoUserAgent_HEADER',
      'CrossSiteScripting_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'EC2MetaDataSSRF_BODY',
    ],
  },
];

/**
 * A web ACL in front of the gateway: a rate for each address and for each key, Amazon's managed rules, and a log of
 * refusals. Events have a rate of their own, and pass all other rules.
 */
export class Firewall extends Construct {
  readonly acl: CfnWebACL;

  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    const { prefix, limits, webhookThrottle, stage, logRetentionDays, encryptionKey } = props;
    this.acl = new CfnWebACL(this, 'Acl', {
      name: prefix,
      description: `In front of ${prefix}`,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: toVisibility(prefix),
      rules: [
        webhookRate(prefix, webhookThrottle, 0),
        webhook(prefix, 1),
        perAddress(prefix, limits, 2),
        perKey(prefix, limits, 3),
        ...managed(prefix, 4),
      ],
    });
    const log = new LogGroup(this, 'Log', {
      // WAF writes to log groups of such names only.
      logGroupName: `aws-waf-logs-${prefix}`,
      // RetentionDays is an enum of the number of days.
      retention: logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    });
    this.writeRefusals(prefix, log);
    attachAcl(this, stage, this.acl.attrArn);
  }

  /** Logs refused requests, without a customer's data or a key: query, path and headers are blanked. */
  private writeRefusals(prefix: string, log: LogGroup): void {
    const label = Fn.join(':', ['awswaf', Aws.ACCOUNT_ID, 'webacl', prefix, KEY_LABEL]);
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.acl.attrArn,
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: log.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: [
        { queryString: {} },
        { uriPath: {} },
        { singleHeader: { Name: 'x-api-key' } },
        { singleHeader: { Name: 'authorization' } },
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          // If a rate's rule blocks a request, the log line has the value that the rule counts by, even if it is
          // blanked elsewhere. Here that is the key.
          { Behavior: 'DROP', Requirement: 'MEETS_ANY', Conditions: [{ LabelNameCondition: { LabelName: label } }] },
          { Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] },
        ],
      },
    });
  }
}

/** Puts an ACL in front of a stage. */
export function attachAcl(scope: Construct, stage: Stage, webAclArn: string): void {
  const association = new CfnWebACLAssociation(scope, 'Association', { resourceArn: stage.stageArn, webAclArn });
  association.node.addDependency(stage);
}

function toVisibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  // Samples would show query strings, which are phone numbers, in the console.
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}

/** Matches the requests to the webhook. The stage, or the path of the domain, comes before its path. */
const TO_WEBHOOK: CfnWebACL.StatementProperty = {
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'ENDS_WITH',
    searchString: WEBHOOK_PATH,
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
};

/**
 * Refuses an address that sends twice as many requests to the webhook as its throttle lets through. WAF counts refused
 * requests too, so a lower limit could keep Capillary out for as long as it repeats. The answer is 429, after which
 * Capillary sends an event again.
 */
function webhookRate(prefix: string, { perSecond, burst }: Throttle, priority: number): CfnWebACL.RuleProperty {
  const responseHeaders = [{ name: 'Retry-After', value: String(WEBHOOK_WINDOW_SECONDS) }];
  return {
    name: 'webhook-rate',
    priority,
    action: { block: { customResponse: { responseCode: 429, responseHeaders } } },
    visibilityConfig: toVisibility(`${prefix}-webhook-rate`),
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        limit: 2 * (perSecond * WEBHOOK_WINDOW_SECONDS + burst),
        evaluationWindowSec: WEBHOOK_WINDOW_SECONDS,
        scopeDownStatement: TO_WEBHOOK,
      },
    },
  };
}

/**
 * Lets events pass the other rules. Those rules answer 403, but the sender promises to repeat an event only after 429.
 * So a refused event could be an erasure that never comes again. The rate before this rule, and the route's own
 * throttle, limit events: both answer 429.
 */
function webhook(prefix: string, priority: number): CfnWebACL.RuleProperty {
  return {
    name: 'webhook',
    priority,
    action: { allow: {} },
    visibilityConfig: toVisibility(`${prefix}-webhook`),
    statement: TO_WEBHOOK,
  };
}

function perAddress(prefix: string, { perAddress: limit }: FirewallLimits, priority: number): CfnWebACL.RuleProperty {
  return {
    name: 'address-rate',
    priority,
    action: { block: {} },
    visibilityConfig: toVisibility(`${prefix}-address-rate`),
    statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit, evaluationWindowSec: WINDOW_SECONDS } },
  };
}

function perKey(prefix: string, { perKey: limit }: FirewallLimits, priority: number): CfnWebACL.RuleProperty {
  const customKeys = [{ header: { name: 'x-api-key', textTransformations: [{ priority: 0, type: 'NONE' }] } }];
  return {
    name: 'key-rate',
    priority,
    action: { block: {} },
    ruleLabels: [{ name: KEY_LABEL }],
    visibilityConfig: toVisibility(`${prefix}-key-rate`),
    statement: {
      rateBasedStatement: { aggregateKeyType: 'CUSTOM_KEYS', customKeys, limit, evaluationWindowSec: WINDOW_SECONDS },
    },
  };
}

function managed(prefix: string, from: number): readonly CfnWebACL.RuleProperty[] {
  return MANAGED_RULES.map(({ name, counted }, position) => ({
    name,
    priority: from + position,
    overrideAction: { none: {} },
    visibilityConfig: toVisibility(`${prefix}-${name}`),
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  }));
}
