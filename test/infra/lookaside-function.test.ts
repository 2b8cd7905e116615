import { describe, expect, test } from '@jest/globals';
import { SETTING_NAMES } from '../../functions/settings.ts';
import { propertiesOf, resourcesOf, statementsOf, synthesize } from './synthesize.ts';

const template = synthesize();
const functions = resourcesOf(template, 'AWS::Lambda::Function');

test('there are two functions, by the names that callers use', () => {
  const names = Object.values(functions).map(({ Properties }) => Properties.FunctionName);
  expect(names.sort()).toEqual(['lookaside-http', 'lookaside-invoke']);
});

describe.each(Object.values(functions).map(({ Properties }) => [Properties.FunctionName, Properties] as const))(
  '%s',
  (name, lambda) => {
    test('runs on Node 24 on arm64 with at least 512 MB', () => {
      expect(lambda).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      expect(lambda.MemorySize).toBeGreaterThanOrEqual(512);
    });

    test('is given settings only, by the names that it reads', () => {
      expect(SETTING_NAMES).toEqual(expect.arrayContaining(Object.keys(lambda.Environment.Variables)));
    });

    test('writes a log of its own, kept for a while and deleted with the stack', () => {
      const log = resourcesOf(template, 'AWS::Logs::LogGroup')[lambda.LoggingConfig.LogGroup.Ref];
      expect(log).toMatchObject({
        DeletionPolicy: 'Delete',
        Properties: { LogGroupName: `/aws/lambda/${name}`, RetentionInDays: 14 },
      });
    });

    test('has a role of its own, which Lambda alone may take', () => {
      const role = resourcesOf(template, 'AWS::IAM::Role')[lambda.Role['Fn::GetAtt'][0]];
      expect(role?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
      const users = Object.values(functions).filter(
        (each) => each.Properties.Role['Fn::GetAtt'][0] === lambda.Role['Fn::GetAtt'][0],
      );
      expect(users).toHaveLength(1);
    });

    test('has no managed policy: that would let it write every log group', () => {
      const role = resourcesOf(template, 'AWS::IAM::Role')[lambda.Role['Fn::GetAtt'][0]];
      expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
    });

    test('may do five things and no more', () => {
      const actions = statementsOf(template, name).flatMap(({ Action }) => Action);
      expect(actions.sort()).toEqual([
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'secretsmanager:GetSecretValue',
      ]);
    });

    test('may write its own log only', () => {
      const [statement] = statementsOf(template, name).filter(({ Action }) => String(Action).includes('logs:'));
      expect(statement.Resource).toEqual({ 'Fn::GetAtt': [lambda.LoggingConfig.LogGroup.Ref, 'Arn'] });
    });
  },
);

test('http has time for promise 8: another fetch under way, one of its own, and a margin', () => {
  // 2 × (2500 + 150) + 1000 + 2000 ms, rounded up.
  expect(timeoutOf('lookaside-http')).toBe(9);
});

test('invoke has time for ten such look-ups one after the other: the largest batch', () => {
  // 10 × (2 × (2500 + 150) + 1000) + 2000 ms.
  expect(timeoutOf('lookaside-invoke')).toBe(65);
});

function timeoutOf(name: string): number {
  return Object.values(functions).find(({ Properties }) => Properties.FunctionName === name)?.Properties.Timeout;
}

test('no policy has a wildcard, in an action or a resource', () => {
  for (const { PolicyDocument } of propertiesOf(template, 'AWS::IAM::Policy')) {
    for (const { Action, Resource } of PolicyDocument.Statement) {
      expect(JSON.stringify([Action, Resource])).not.toContain('*');
    }
  }
});

test('the only managed policy is the one that API Gateway asks for on the role of its logs', () => {
  const managed = propertiesOf(template, 'AWS::IAM::Role').flatMap((role) => role.ManagedPolicyArns ?? []);
  expect(JSON.stringify(managed)).toContain('AmazonAPIGatewayPushToCloudWatchLogs');
  expect(managed).toHaveLength(1);
});

test('names, memory and retention follow the environment', () => {
  const other = synthesize({ prefix: 'trial', memoryMb: 1024, logRetentionDays: 90 });
  for (const lambda of propertiesOf(other, 'AWS::Lambda::Function')) {
    expect(lambda.FunctionName).toMatch(/^trial-(http|invoke)$/);
    expect(lambda.MemorySize).toBe(1024);
  }
  for (const log of propertiesOf(other, 'AWS::Logs::LogGroup')) {
    expect(log.LogGroupName).toContain('trial');
    expect(log.RetentionInDays).toBe(90);
  }
});
