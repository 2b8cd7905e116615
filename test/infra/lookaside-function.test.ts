import { describe, expect, test } from '@jest/globals';
import { SETTING_NAMES } from '../../functions/settings/definitions.ts';
import type { EnvironmentUnderTest } from './environments-under-test.ts';
import { propertiesOf, resourcesOf, statementsOf, templateOf } from './templates.ts';

const template = templateOf('default');
const functions = resourcesOf(template, 'AWS::Lambda::Function');

/** The actions that each function may do, and no more. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'lookaside-http': [
    'dynamodb:BatchGetItem',
    'dynamodb:BatchWriteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'lambda:InvokeFunction',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
  ],
  'lookaside-invoke': [
    'dynamodb:BatchGetItem',
    'dynamodb:BatchWriteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'lambda:InvokeFunction',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
  ],
  'lookaside-revalidate': [
    'dynamodb:BatchGetItem',
    'dynamodb:BatchWriteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
  ],
  'lookaside-invalidate': [
    'dynamodb:BatchWriteItem',
    'dynamodb:GetItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
};

test('there are four functions, by the names that callers use', () => {
  const names = Object.values(functions).map(({ Properties }) => Properties.FunctionName);
  expect(names.sort()).toEqual(Object.keys(ACTIONS).sort());
});

describe.each(Object.values(functions).map(({ Properties }) => [Properties.FunctionName, Properties] as const))(
  '%s',
  (name, lambda) => {
    test('runs on Node 24 on arm64 with at least 512 MB', () => {
      expect(lambda).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      expect(lambda.MemorySize).toBeGreaterThanOrEqual(512);
    });

    test('gets settings only, by the names that it reads', () => {
      expect(SETTING_NAMES).toEqual(expect.arrayContaining(Object.keys(lambda.Environment.Variables)));
    });

    test('writes to a separate log, which is kept for some time and deleted with the stack', () => {
      const log = resourcesOf(template, 'AWS::Logs::LogGroup')[lambda.LoggingConfig.LogGroup.Ref];
      expect(log).toMatchObject({
        DeletionPolicy: 'Delete',
        Properties: { LogGroupName: `/aws/lambda/${name}`, RetentionInDays: 14 },
      });
    });

    test('has a separate role, which only Lambda may assume', () => {
      const role = resourcesOf(template, 'AWS::IAM::Role')[lambda.Role['Fn::GetAtt'][0]];
      expect(role?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
      const users = Object.values(functions).filter(
        (each) => each.Properties.Role['Fn::GetAtt'][0] === lambda.Role['Fn::GetAtt'][0],
      );
      expect(users).toHaveLength(1);
    });

    test('has no managed policy: such a policy would let it write to every log group', () => {
      const role = resourcesOf(template, 'AWS::IAM::Role')[lambda.Role['Fn::GetAtt'][0]];
      expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
    });

    test('may do what it needs and no more', () => {
      const actions = statementsOf(template, name).flatMap(({ Action }) => Action);
      expect(actions.sort()).toEqual(ACTIONS[name]);
    });

    test('may write its own log only', () => {
      const [statement] = statementsOf(template, name).filter(({ Action }) => String(Action).includes('logs:'));
      expect(statement.Resource).toEqual({ 'Fn::GetAtt': [lambda.LoggingConfig.LogGroup.Ref, 'Arn'] });
    });
  },
);

test('http has as long as the gateway waits, because a batch may need all of it', () => {
  expect(timeoutOf('lookaside-http')).toBe(29);
});

test('invoke has time for ten such look-ups one after the other: the largest batch', () => {
  // 10 × (2 × (2500 + 150) + 1000) + 2000 ms.
  expect(timeoutOf('lookaside-invoke')).toBe(65);
});

test('revalidate has time for promise 8: another fetch in progress, one of its own, and a margin', () => {
  // 2 × (2500 + 150) + 1000 + 2000 ms, rounded up.
  expect(timeoutOf('lookaside-revalidate')).toBe(9);
});

test('invalidate has as long as the gateway waits: a purge is not acknowledged in part', () => {
  expect(timeoutOf('lookaside-invalidate')).toBe(29);
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
  const managed = propertiesOf(templateOf('with the log role'), 'AWS::IAM::Role').flatMap(
    (role) => role.ManagedPolicyArns ?? [],
  );
  expect(JSON.stringify(managed)).toContain('AmazonAPIGatewayPushToCloudWatchLogs');
  expect(managed).toHaveLength(1);
});

describe('revalidation', () => {
  const [revalidateId] = idsOf('lookaside-revalidate');
  const [aliasId] = aliasesOf('lookaside-revalidate').map(([id]) => id);

  test('can be invoked by http and invoke, and by no other role: by its alias alone', () => {
    for (const name of Object.keys(ACTIONS)) {
      const statements = statementsOf(template, name).filter(({ Action }) => String(Action).includes('lambda:'));
      const isCaller = ['lookaside-http', 'lookaside-invoke'].includes(name);
      expect(statements).toEqual(
        isCaller ? [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { Ref: aliasId } }] : [],
      );
    }
  });

  test('is named to the functions that ask for it, whatever the prefix', () => {
    const other = templateOf('with a prefix');
    for (const { FunctionName, Environment } of propertiesOf(other, 'AWS::Lambda::Function')) {
      const isCaller = ['trial-http', 'trial-invoke'].includes(FunctionName);
      const name = { 'Fn::Join': ['', [{ Ref: revalidateId }, ':live']] };
      expect(Environment.Variables.REVALIDATE_FUNCTION).toEqual(isCaller ? name : undefined);
    }
  });

  test('is tried once and within a minute; a failed event, which holds an identifier, is kept nowhere', () => {
    expect(propertiesOf(template, 'AWS::Lambda::EventInvokeConfig')).toEqual([
      {
        FunctionName: { Ref: revalidateId },
        Qualifier: { 'Fn::Select': [7, { 'Fn::Split': [':', { Ref: aliasId }] }] },
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
        // There is no DestinationConfig: neither failed nor successful events are sent anywhere.
      },
    ]);
    for (const lambda of Object.values(functions)) expect(lambda.Properties.DeadLetterConfig).toBeUndefined();
    for (const type of ['AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::Lambda::EventSourceMapping', 'AWS::Events::Rule']) {
      // The monitoring has its own topic, which no function knows.
      expect(propertiesOf(templateOf('without monitoring'), type)).toEqual([]);
    }
  });
});

describe('instances', () => {
  /** How many instances are reserved, and at most, by the function's entry. */
  function reservedIn(environment: EnvironmentUnderTest): Readonly<Record<string, number | undefined>> {
    const lambdas = propertiesOf(templateOf(environment), 'AWS::Lambda::Function');
    return Object.fromEntries(
      lambdas.map((lambda) => [lambda.FunctionName.split('-').at(-1), lambda.ReservedConcurrentExecutions]),
    );
  }

  test.each<[EnvironmentUnderTest, Readonly<Record<string, number>>]>([
    // Of revalidations: the budget of the fleet. Of invalidations: an erasure does not wait for look-ups.
    ['default', { revalidate: 5, invalidate: 112 }],
    ['with 40 revalidations', { revalidate: 40, invalidate: 112 }],
    ['with unlimited revalidations', { invalidate: 112 }],
    ['with unlimited invalidations', { revalidate: 5 }],
    ['with a cap for http', { http: 300, revalidate: 5, invalidate: 18 }],
  ])('are reserved, %s: %j; a function without a number shares the account’s instances', (environment, reserved) => {
    expect(reservedIn(environment)).toEqual({
      http: undefined,
      invoke: undefined,
      revalidate: undefined,
      invalidate: undefined,
      ...reserved,
    });
  });
});

/** The aliases of a function, with their logical ids. */
function aliasesOf(name: string, from = template) {
  const [functionId] = Object.entries(resourcesOf(from, 'AWS::Lambda::Function'))
    .filter(([, { Properties }]) => Properties.FunctionName === name)
    .map(([id]) => id);
  return Object.entries(resourcesOf(from, 'AWS::Lambda::Alias')).filter(
    ([, { Properties }]) => Properties.FunctionName.Ref === functionId,
  );
}

function idsOf(name: string): readonly string[] {
  return Object.entries(functions)
    .filter(([, { Properties }]) => Properties.FunctionName === name)
    .map(([id]) => id);
}

test('names, memory and retention follow the environment', () => {
  const other = templateOf('with a prefix, memory and retention');
  for (const lambda of propertiesOf(other, 'AWS::Lambda::Function')) {
    expect(lambda.FunctionName).toMatch(/^trial-(http|invoke|revalidate|invalidate)$/);
    expect(lambda.MemorySize).toBe(1024);
  }
  for (const log of propertiesOf(other, 'AWS::Logs::LogGroup')) {
    expect(log.LogGroupName).toContain('trial');
    expect(log.RetentionInDays).toBe(90);
  }
});
