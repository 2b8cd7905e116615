import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type CfnResource, propertiesOf, resourcesOf, templateOf } from './templates.ts';

const atOnce = templateOf('default');
const bitByBit = templateOf('released bit by bit');

/** The aliases of a template, by their function's entry. */
function aliasesOf(template = atOnce): Readonly<Record<string, CfnResource>> {
  const lambdas = resourcesOf(template, 'AWS::Lambda::Function');
  return Object.fromEntries(
    Object.values(resourcesOf(template, 'AWS::Lambda::Alias')).map((alias) => [
      lambdas[alias.Properties.FunctionName.Ref]?.Properties.FunctionName.split('-').at(-1),
      alias,
    ]),
  );
}

const ENTRIES = ['http', 'invalidate', 'invoke', 'revalidate'] as const;

describe('every function', () => {
  test('is called by an alias of a version. It stays when a newer one is made, but not when its own release fails', () => {
    const versions = resourcesOf(atOnce, 'AWS::Lambda::Version');
    expect(Object.keys(aliasesOf()).sort()).toEqual(ENTRIES);
    for (const { Properties } of Object.values(aliasesOf())) {
      expect(Properties.Name).toBe('live');
      const version = versions[Properties.FunctionVersion['Fn::GetAtt'][0]];
      expect(version).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    }
  });

  test('gets a new version if only the parameter with the address of the upstream changes', () => {
    for (const { Description } of propertiesOf(atOnce, 'AWS::Lambda::Version')) {
      expect(Description).toEqual({ 'Fn::Join': ['', ['Asks ', { Ref: 'UpstreamBaseUrl' }]] });
    }
  });
});

describe('released at once', () => {
  test('CloudFormation moves the alias: there is no CodeDeploy', () => {
    expect(propertiesOf(atOnce, 'AWS::CodeDeploy::DeploymentGroup')).toEqual([]);
    for (const alias of Object.values(aliasesOf())) expect(alias.UpdatePolicy).toBeUndefined();
  });
});

describe('released bit by bit', () => {
  const groups = resourcesOf(bitByBit, 'AWS::CodeDeploy::DeploymentGroup');

  test.each(ENTRIES)('CodeDeploy moves the alias of %s', (entry) => {
    const { CodeDeployLambdaAliasUpdate: update } = aliasesOf(bitByBit)[entry]?.UpdatePolicy ?? {};
    expect(groups[update.DeploymentGroupName.Ref]?.Properties.DeploymentGroupName).toBe(`lookaside-${entry}`);
  });

  test('10 % of the traffic goes to the new version for five minutes', () => {
    for (const { Properties } of Object.values(groups)) {
      expect(Properties.DeploymentConfigName).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
    }
  });

  test('an alarm moves it back, and so does a deployment that fails or is stopped', () => {
    for (const { Properties } of Object.values(groups)) {
      expect(Properties.AutoRollbackConfiguration).toEqual({
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      });
      expect(Properties.AlarmConfiguration.Enabled).toBe(true);
    }
  });

  test.each(ENTRIES)(
    'the alarm of %s goes off when three invocations of its alias crash or time out in a minute',
    (entry) => {
      const [alarmId, alarm] =
        Object.entries(resourcesOf(bitByBit, 'AWS::CloudWatch::Alarm')).find(
          ([, { Properties }]) => Properties.AlarmName === `lookaside-${entry}-errors`,
        ) ?? [];
      expect(alarm?.Properties).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 3,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
      const dimensions = alarm?.Properties.Dimensions.map(({ Name }: { Name: string }) => Name);
      expect(dimensions.sort()).toEqual(['FunctionName', 'Resource']);
      const group = Object.values(groups).find(
        ({ Properties }) => Properties.DeploymentGroupName === `lookaside-${entry}`,
      );
      const [faultsId] =
        Object.entries(resourcesOf(bitByBit, 'AWS::CloudWatch::Alarm')).find(
          ([, { Properties }]) => Properties.AlarmName === 'lookaside-faults',
        ) ?? [];
      expect(faultsId).toBeDefined();
      const names = group?.Properties.AlarmConfiguration.Alarms.map(({ Name }: { Name: { Ref: string } }) => Name.Ref);
      expect(names.sort()).toEqual([alarmId, faultsId].sort());
    },
  );
});

test.each(ENTRIES)('the runbook of crashes names the alarm of %s, and the description names the runbook', (entry) => {
  const alarm = propertiesOf(bitByBit, 'AWS::CloudWatch::Alarm').find(
    ({ AlarmName }) => AlarmName === `lookaside-${entry}-errors`,
  );
  expect(alarm?.AlarmDescription).toMatch(/ docs\/operating\.md#alarm-crashes$/);
  const [, runbook = ''] = readFileSync('docs/operating.md', 'utf8').split('\n### Alarm: crashes\n');
  expect(runbook.split('\n### ')[0]).toContain(`\`${entry}-errors\``);
});

describe('provisioned instances', () => {
  const template = templateOf('with instances that stand ready');

  test('are those of http: the others do not serve a person at a till', () => {
    const provisioned = Object.entries(aliasesOf(template)).map(([entry, { Properties }]) => [
      entry,
      Properties.ProvisionedConcurrencyConfig?.ProvisionedConcurrentExecutions,
    ]);
    expect(Object.fromEntries(provisioned)).toEqual({
      http: 2,
      invoke: undefined,
      revalidate: undefined,
      invalidate: undefined,
    });
  });

  test('follow the use, between their limits, and the hours', () => {
    const [target] = propertiesOf(template, 'AWS::ApplicationAutoScaling::ScalableTarget');
    expect(target).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 20,
      ScalableDimension: 'lambda:function:ProvisionedConcurrency',
      ScheduledActions: [
        {
          Schedule: 'cron(30 8 * * ? *)',
          Timezone: 'Asia/Kolkata',
          ScalableTargetAction: { MinCapacity: 10, MaxCapacity: 40 },
        },
      ],
    });
    expect(propertiesOf(template, 'AWS::ApplicationAutoScaling::ScalingPolicy')).toMatchObject([
      {
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 0.7,
          PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
        },
      },
    ]);
  });

  test('do not exist unless the environment says so: they cost money without requests', () => {
    expect(propertiesOf(atOnce, 'AWS::ApplicationAutoScaling::ScalableTarget')).toEqual([]);
    expect(aliasesOf().http?.Properties.ProvisionedConcurrencyConfig).toBeUndefined();
  });
});
