import { describe, expect, test } from '@jest/globals';
import { ENVIRONMENTS_UNDER_TEST, type EnvironmentUnderTest } from './environments-under-test.ts';
import { type CfnResource, synthesisOf, type Template } from './templates.ts';

/** The templates of all environments that are not refused. */
const TEMPLATES = (Object.keys(ENVIRONMENTS_UNDER_TEST) as EnvironmentUnderTest[]).flatMap((name) => {
  const synthesis = synthesisOf(name);
  return synthesis.kind === 'done' ? [[name, synthesis.template] as const] : [];
});

/** A limit of AWS: it refuses the deployment of a template above it. */
interface Limit {
  readonly what: string;
  readonly most: number;
  /** The values that the limit is about. */
  readonly of: (template: Template) => readonly number[];
}

const LIMITS: readonly Limit[] = [
  { what: 'resources', most: 500, of: ({ Resources }) => [Object.keys(Resources).length] },
  { what: 'outputs', most: 200, of: ({ Outputs = {} }) => [Object.keys(Outputs).length] },
  { what: 'bytes of the template', most: 1_000_000, of: (template) => [JSON.stringify(template).length] },
  { what: 'characters of a description', most: 255, of: lengthsOf('Description', 'GroupDescription') },
  { what: "characters of a function's name", most: 64, of: lengthsOf('FunctionName') },
  { what: "characters of an alarm's name", most: 255, of: lengthsOf('AlarmName') },
  { what: "bytes of a role's policies", most: 10_240, of: policyBytes },
  { what: "bytes of an API's policy", most: 8_192, of: bytesOf('AWS::ApiGateway::RestApi', 'Policy') },
  { what: "bytes of a key's policy", most: 32_768, of: bytesOf('AWS::KMS::Key', 'KeyPolicy') },
  { what: "bytes of a table's policy", most: 20_480, of: bytesOf('AWS::DynamoDB::Table', 'ResourcePolicy') },
  { what: "bytes of a function's settings", most: 4_096, of: bytesOf('AWS::Lambda::Function', 'Environment') },
  { what: "metrics of an alarm's expression", most: 10, of: metricsOfAlarms },
  { what: 'seconds that an alarm looks at', most: 86_400, of: secondsOfAlarms },
  { what: 'tags of a resource', most: 50, of: tagCounts },
  { what: 'milliseconds that a REST API waits', most: 29_000, of: ofIntegrations('AWS::ApiGateway::Method') },
  { what: 'milliseconds that an HTTP API waits', most: 30_000, of: ofIntegrations('AWS::ApiGatewayV2::Integration') },
];

test.each(LIMITS)('no environment has more than $most $what', ({ most, of }) => {
  const above = TEMPLATES.map(([name, template]) => [name, Math.max(0, ...of(template))] as const);
  expect(above.filter(([, value]) => value > most)).toEqual([]);
});

function resources({ Resources }: Template, type?: string): readonly CfnResource[] {
  return Object.values(Resources).filter(({ Type }) => type === undefined || Type === type);
}

function lengthsOf(...properties: readonly string[]) {
  return (template: Template): readonly number[] =>
    resources(template)
      .flatMap(({ Properties = {} }) => properties.map((name) => Properties[name]))
      .filter((value) => typeof value === 'string')
      .map((value) => value.length);
}

function bytesOf(type: string, property: string) {
  return (template: Template): readonly number[] =>
    resources(template, type).map(({ Properties }) => JSON.stringify(Properties[property] ?? {}).length);
}

function policyBytes(template: Template): readonly number[] {
  const bytes = new Map<string, number>();
  for (const { Properties } of resources(template, 'AWS::IAM::Policy')) {
    for (const { Ref } of Properties.Roles) {
      bytes.set(Ref, (bytes.get(Ref) ?? 0) + JSON.stringify(Properties.PolicyDocument).length);
    }
  }
  return [...bytes.values()];
}

function metricsOfAlarms(template: Template): readonly number[] {
  return resources(template, 'AWS::CloudWatch::Alarm').map(
    ({ Properties: { Metrics = [] } }) =>
      Metrics.filter(({ MetricStat }: CfnResource['Properties']) => MetricStat).length,
  );
}

function secondsOfAlarms(template: Template): readonly number[] {
  return resources(template, 'AWS::CloudWatch::Alarm').map(({ Properties: { Metrics = [], Period, ...alarm } }) => {
    const periods = Metrics.flatMap(({ MetricStat }: CfnResource['Properties']) => MetricStat?.Period ?? []);
    return Math.max(Period ?? 0, ...periods) * alarm.EvaluationPeriods;
  });
}

function tagCounts(template: Template): readonly number[] {
  return resources(template).map(({ Properties: { Tags = [] } = { Tags: [] } }) => Object.keys(Tags).length);
}

function ofIntegrations(type: string) {
  return (template: Template): readonly number[] =>
    resources(template, type).flatMap(
      ({ Properties: { Integration, TimeoutInMillis } }) => Integration?.TimeoutInMillis ?? TimeoutInMillis ?? [],
    );
}

/** The names that an account and region may have once, by the resource's type. */
const NAMED: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::DomainName': 'DomainName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::CodeDeploy::Application': 'ApplicationName',
  'AWS::CodeDeploy::DeploymentGroup': 'DeploymentGroupName',
  'AWS::EC2::SecurityGroup': 'GroupName',
  'AWS::Events::Rule': 'Name',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::WAFv2::WebACL': 'Name',
};

describe('CloudFormation can bring a stack from each environment to each other one:', () => {
  /** The resources of all environments, by what must not differ among them. */
  function valuesBy(key: (id: string, resource: CfnResource) => readonly (readonly [string, string])[]) {
    const values = new Map<string, Set<string>>();
    for (const [, { Resources }] of TEMPLATES) {
      for (const [id, resource] of Object.entries(Resources)) {
        for (const [name, value] of key(id, resource)) values.set(name, (values.get(name) ?? new Set()).add(value));
      }
    }
    return [...values].filter(([, { size }]) => size > 1).map(([name, several]) => [name, ...several]);
  }

  test('a logical id never changes its type, which CloudFormation refuses', () => {
    expect(valuesBy((id, { Type }) => [[id, Type]])).toEqual([]);
  });

  test('a physical name never moves to another logical id: the old resource would still have it', () => {
    const nameOf = ({ Type, Properties }: CfnResource) => Properties?.[NAMED[Type] ?? ''];
    expect(
      valuesBy((id, resource) =>
        typeof nameOf(resource) === 'string' ? [[`${resource.Type} ${nameOf(resource)}`, id]] : [],
      ),
    ).toEqual([]);
  });

  test.each([
    ['AWS::DynamoDB::Table', 1],
    // The upstream's, the key's and the webhook's, and the canary's.
    ['AWS::SecretsManager::Secret', 4],
    ['AWS::KMS::Key', 1],
  ])('%s, which holds data, is never replaced by another one', (type, count) => {
    const ids = TEMPLATES.flatMap(([, { Resources }]) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === type)
        .map(([id]) => id),
    );
    expect(new Set(ids).size).toBe(count);
  });
});
