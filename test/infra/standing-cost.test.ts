import { describe, expect, test } from '@jest/globals';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { STANDING } from '../../cli/cost/standing.ts';
import { ENVIRONMENTS } from '../../infra/environments.ts';
import { createStack } from './create-stack.ts';
import { type CfnResource, propertiesOf, type Template } from './templates.ts';

type Properties = CfnResource['Properties'];

/** How many metrics CloudWatch bills for an alarm: an expression is none, each metric in it is one. */
function metricsOf({ Metrics = [{ MetricStat: {} }] }: Properties): number {
  return Metrics.filter(({ MetricStat }: Properties) => MetricStat).length;
}

describe('what `lookaside cost` counts without a look-up', () => {
  const template: Template = Assertions.fromStack(createStack(ENVIRONMENTS.production)).toJSON() as never;
  const count = (type: string) => propertiesOf(template, type).length;
  const sum = (type: string, of: (properties: Properties) => number) =>
    propertiesOf(template, type).reduce((total, properties) => total + of(properties), 0);

  test('is what the template of production has', () => {
    expect(STANDING).toEqual({
      secrets: count('AWS::SecretsManager::Secret'),
      keys: count('AWS::KMS::Key'),
      webAcls: count('AWS::WAFv2::WebACL'),
      webAclRules: sum('AWS::WAFv2::WebACL', ({ Rules }) => Rules.length),
      alarmMetrics: sum('AWS::CloudWatch::Alarm', metricsOf),
      compositeAlarms: count('AWS::CloudWatch::CompositeAlarm'),
      dashboards: count('AWS::CloudWatch::Dashboard'),
    });
  });
});
