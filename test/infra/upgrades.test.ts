import { describe, expect, test } from '@jest/globals';
import { TEMPLATES } from './all-templates.ts';
import type { CfnResource } from './templates.ts';

/** The names that an account may have once in all its regions, by the resource's type. */
const GLOBAL: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::S3::Bucket': 'BucketName',
};

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

// Several regions of one account have one prefix (docs/regions.md). CloudFormation would refuse the second region.
test.each(TEMPLATES)('%s: a name that an account has once in all regions has the region in it', (_name, template) => {
  const all = Object.values(template.Resources);
  const names = all.flatMap(({ Type, Properties }) => Properties?.[GLOBAL[Type] ?? ''] ?? []);
  for (const name of names) expect(JSON.stringify(name)).toMatch(/\{"Ref":"AWS::Region"\}|-ap-south-1"$/);
});
