import type { CfnResource, Template } from './templates.ts';

/** A limit of AWS: it refuses the deployment of a template above it. */
export interface Limit {
  readonly what: string;
  readonly most: number;
  /** The values that the limit is about. */
  readonly of: (template: Template) => readonly number[];
}

/** The limits that an environment could reach. */
export const LIMITS: readonly Limit[] = [
  { what: 'resources', most: 500, of: ({ Resources }) => [Object.keys(Resources).length] },
  { what: 'outputs', most: 200, of: ({ Outputs = {} }) => [Object.keys(Outputs).length] },
  { what: 'bytes of the template', most: 1_000_000, of: (template) => [JSON.stringify(template).length] },
  { what: 'characters of a description', most: 256, of: lengthsOf('Description') },
  { what: "characters of a security group's description", most: 255, of: lengthsOf('GroupDescription') },
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

function resources({ Resources }: Template, type?: string): readonly CfnResource[] {
  return Object.values(Resources).filter(({ Type }) => type === undefined || Type === type);
}

function lengthsOf(property: string) {
  return (template: Template): readonly number[] =>
    resources(template)
      .map(({ Properties = {} }) => Properties[property])
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
