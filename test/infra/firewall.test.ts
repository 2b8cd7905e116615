import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createStack } from './create-stack.ts';
import { type CfnResource, propertiesOf, resourcesOf, templateOf } from './templates.ts';

const template = templateOf('with a firewall');
const [acl] = propertiesOf(template, 'AWS::WAFv2::WebACL');

type Rule = CfnResource['Properties'];

/** A rule of the ACL, by its name. */
function rule(name: string): Rule {
  return acl.Rules.find(({ Name }: Rule) => Name === name);
}

/** The rules in the order in which WAF asks them. */
function inOrder(): readonly Rule[] {
  return [...acl.Rules].sort((one: Rule, other: Rule) => one.Priority - other.Priority);
}

/** Matches the path of the webhook, whatever stands before it. */
const TO_WEBHOOK = {
  ByteMatchStatement: {
    FieldToMatch: { UriPath: {} },
    PositionalConstraint: 'ENDS_WITH',
    SearchString: '/events/capillary',
  },
};

/** The capacity units of Amazon's rules. Written from memory of WAF's manual. */
const MANAGED_UNITS: Readonly<Record<string, number>> = {
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesCommonRuleSet: 700,
};

/** The capacity units of a rule: a match of the end of a path has 2, a rate 2 and 30 for each key of its own. */
function unitsOf({ ByteMatchStatement, RateBasedStatement, ManagedRuleGroupStatement }: Rule): number {
  if (ByteMatchStatement) return 2;
  if (ManagedRuleGroupStatement) return MANAGED_UNITS[ManagedRuleGroupStatement.Name] ?? Number.NaN;
  const { CustomKeys = [], ScopeDownStatement } = RateBasedStatement;
  return 2 + 30 * CustomKeys.length + (ScopeDownStatement ? unitsOf(ScopeDownStatement) : 0);
}

describe('the firewall', () => {
  test('stands in front of the stage, after the stage exists', () => {
    const [association] = Object.values(resourcesOf(template, 'AWS::WAFv2::WebACLAssociation'));
    const [[aclId], [stageId]] = [
      Object.keys(resourcesOf(template, 'AWS::WAFv2::WebACL')),
      Object.keys(resourcesOf(template, 'AWS::ApiGateway::Stage')),
    ];
    expect(association?.Properties.WebACLArn).toEqual({ 'Fn::GetAtt': [aclId, 'Arn'] });
    expect(JSON.stringify(association?.Properties.ResourceArn)).toContain(`{"Ref":"${stageId}"}`);
    expect(association?.DependsOn).toContain(stageId);
  });

  test('lets a request through if no rule refuses it', () => {
    expect(acl).toMatchObject({ Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
  });

  test('counts the requests of an address, and those with a key, over five minutes', () => {
    expect(rule('address-rate')).toMatchObject({
      Action: { Block: {} },
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 3000, EvaluationWindowSec: 300 } },
    });
    expect(rule('key-rate')).toMatchObject({
      Action: { Block: {} },
      Statement: {
        RateBasedStatement: {
          AggregateKeyType: 'CUSTOM_KEYS',
          CustomKeys: [{ Header: { Name: 'x-api-key' } }],
          Limit: 12_000,
          EvaluationWindowSec: 300,
        },
      },
    });
  });

  test('lets events pass all other rules: the sender promises to repeat an event after 429, and not after 403', () => {
    expect(
      inOrder()
        .slice(0, 2)
        .map(({ Name }) => Name),
    ).toEqual(['webhook-rate', 'webhook']);
    expect(rule('webhook')).toMatchObject({ Action: { Allow: {} }, Statement: TO_WEBHOOK });
  });

  test('refuses an address that sends many events, before they pass: by 429, after which the sender repeats them', () => {
    // Twice what the throttle lets through in a minute: 50 a second, and 100 at once.
    expect(rule('webhook-rate')).toMatchObject({
      Action: {
        Block: { CustomResponse: { ResponseCode: 429, ResponseHeaders: [{ Name: 'Retry-After', Value: '60' }] } },
      },
      Statement: {
        RateBasedStatement: {
          AggregateKeyType: 'IP',
          Limit: 6200,
          EvaluationWindowSec: 60,
          ScopeDownStatement: TO_WEBHOOK,
        },
      },
    });
  });

  test.each([
    [{ perSecond: 1, burst: 1 }, 122],
    [{ perSecond: 200, burst: 100 }, 24_200],
  ])(
    'lets an address send twice what %j lets through in a minute: WAF counts refused events too',
    (throttle, limit) => {
      const firewall = { perAddress: 10, perKey: 10_000 };
      const stack = createStack({ firewall, webhookThrottle: throttle }, { outdir: temporaryFolder() });
      const [own] = propertiesOf(Template.fromStack(stack).toJSON() as never, 'AWS::WAFv2::WebACL');
      const [first] = own.Rules;
      expect(first.Statement.RateBasedStatement.Limit).toBe(limit);
    },
  );

  test('takes less than the 1,500 units of capacity that a web ACL has without a further price', () => {
    const units = acl.Rules.map(({ Statement }: Rule) => unitsOf(Statement));
    expect(units.reduce((sum: number, each: number) => sum + each, 0)).toBe(965);
  });

  test("has Amazon's managed rules", () => {
    const managed = acl.Rules.filter(({ Statement }: Rule) => Statement.ManagedRuleGroupStatement);
    expect(managed.map(({ Name }: Rule) => Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
  });

  test.each([
    ['SizeRestrictions_BODY', 'a large batch'],
    ['SizeRestrictions_QUERYSTRING', 'a long projection in fields'],
    ['RestrictedExtensions_QUERYARGUMENTS', "an e-mail address that ends like a file's name"],
    ['NoUserAgent_HEADER', 'an old till'],
  ])('only counts by %s, which would refuse %s', (name) => {
    const overrides = rule('AWSManagedRulesCommonRuleSet').Statement.ManagedRuleGroupStatement.RuleActionOverrides;
    expect(overrides).toContainEqual({ Name: name, ActionToUse: { Count: {} } });
  });

  test('gives each rule a priority of its own', () => {
    const priorities = acl.Rules.map(({ Priority }: Rule) => Priority);
    expect(new Set(priorities).size).toBe(priorities.length);
  });

  test('keeps no samples of requests: they would show query strings', () => {
    for (const { VisibilityConfig } of [acl, ...acl.Rules]) expect(VisibilityConfig.SampledRequestsEnabled).toBe(false);
  });
});

describe("the firewall's log", () => {
  const [logging] = propertiesOf(template, 'AWS::WAFv2::LoggingConfiguration');

  test('has a name that WAF writes to, and is kept for a while', () => {
    const log = propertiesOf(template, 'AWS::Logs::LogGroup').find(({ LogGroupName }) =>
      LogGroupName.startsWith('aws-waf-logs-'),
    );
    expect(log).toMatchObject({ LogGroupName: 'aws-waf-logs-lookaside', RetentionInDays: 14 });
  });

  test('blanks query, path, key and signature: it names no customer and holds no key', () => {
    expect(logging.RedactedFields).toEqual([
      { QueryString: {} },
      { UriPath: {} },
      { SingleHeader: { Name: 'x-api-key' } },
      { SingleHeader: { Name: 'authorization' } },
    ]);
  });

  test('has only refused requests, without those that the rate of a key refused: such a line would hold the key', () => {
    const [label] = rule('key-rate').RuleLabels;
    expect(logging.LoggingFilter.DefaultBehavior).toBe('DROP');
    const [first, second] = logging.LoggingFilter.Filters;
    expect(first.Behavior).toBe('DROP');
    const parts = first.Conditions[0].LabelNameCondition.LabelName['Fn::Join'];
    expect(parts).toEqual([':', ['awswaf', { Ref: 'AWS::AccountId' }, `webacl:${acl.Name}:${label.Name}`]]);
    expect(second).toMatchObject({ Behavior: 'KEEP', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] });
  });
});

test('exists only if the environment says so', () => {
  for (const type of ['WebACL', 'WebACLAssociation', 'LoggingConfiguration']) {
    expect(propertiesOf(templateOf('default'), `AWS::WAFv2::${type}`)).toEqual([]);
  }
});

test('cdk-nag gets a reason if there is no firewall; with one, no reason is left over', () => {
  const tell = (firewall: { perAddress: number; perKey: number } | 'none') =>
    JSON.stringify(
      createStack({ firewall }, { outdir: temporaryFolder() }).lookaside.gateway.restApi?.deploymentStage.node.metadata,
    );
  expect(tell('none')).toContain('AwsSolutions-APIG3');
  expect(tell({ perAddress: 10, perKey: 10_000 })).not.toContain('AwsSolutions-APIG3');
});
