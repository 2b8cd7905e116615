import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { propertiesOf, resourcesOf, statementsOf, templateOf } from './templates.ts';

const template = templateOf('default');
const LOOKUP = ['BatchGetItem', 'BatchWriteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];
const INVALIDATION = ['BatchWriteItem', 'GetItem', 'Query', 'UpdateItem'];
const [table] = propertiesOf(template, 'AWS::DynamoDB::Table');

test('keeps its logical id: another one would replace the table', () => {
  expect(Object.keys(resourcesOf(template, 'AWS::DynamoDB::Table'))).toEqual(['CacheTable0A35CF55']);
});

test('has the keys that the functions write', () => {
  expect(table.KeySchema).toEqual([
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ]);
  expect(table.AttributeDefinitions).toEqual([
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ]);
});

test('deletes entries by the attribute expiresAt', () => {
  expect(table.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
});

test('is encrypted under a key with a record of its use', () => {
  expect(table.SSESpecification).toEqual({ SSEEnabled: true });
});

test('is paid for by request', () => {
  expect(table.BillingMode).toBe('PAY_PER_REQUEST');
});

test('has no backup, which would keep the profiles of erased customers', () => {
  expect(table.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: false });
});

test('has no index and no stream: every read is strongly consistent, and nothing copies entries elsewhere', () => {
  expect(table.GlobalSecondaryIndexes).toBeUndefined();
  expect(table.LocalSecondaryIndexes).toBeUndefined();
  expect(table.StreamSpecification).toBeUndefined();
});

test('is deleted with the stack', () => {
  expect(resourcesOf(template, 'AWS::DynamoDB::Table').CacheTable0A35CF55).toMatchObject({
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
  });
  expect(table.DeletionProtectionEnabled).toBe(false);
});

test('cannot be deleted if the environment is protected', () => {
  const [protectedTable] = propertiesOf(templateOf('protected'), 'AWS::DynamoDB::Table');
  expect(protectedTable.DeletionProtectionEnabled).toBe(true);
});

test.each([
  ['lookaside-http', 'read and write entries, and purge an erased or merged customer', LOOKUP],
  ['lookaside-invoke', 'read and write entries, and purge an erased or merged customer', LOOKUP],
  ['lookaside-revalidate', 'read and write entries, and purge an erased or merged customer', LOOKUP],
  ['lookaside-invalidate', 'fence, list, mark and delete, and write no entry', INVALIDATION],
])('lets %s %s, in this table only', (name, _what, operations) => {
  const statements = statementsOf(template, name).filter(({ Action }) => String(Action).includes('dynamodb:'));
  expect(statements).toEqual([
    {
      Effect: 'Allow',
      Action: operations.map((operation) => `dynamodb:${operation}`),
      Resource: { 'Fn::GetAtt': ['CacheTable0A35CF55', 'Arn'] },
    },
  ]);
});

test('no function may scan the table, write it in batches, or change it', () => {
  const actions = propertiesOf(template, 'AWS::IAM::Policy')
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action }) => Action)
    .filter((action: string) => action.startsWith('dynamodb:'));
  expect([...new Set(actions)].sort()).toEqual(LOOKUP.map((operation) => `dynamodb:${operation}`));
});

/** The roles of the four functions, as a policy names them. */
const ROLES = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(({ Properties }) => Properties.Role);

test('lets no identity of the account except the roles of the four functions read or write an entry', () => {
  const { Statement: statements } = table.ResourcePolicy.PolicyDocument;
  const [refusal] = statements.filter(({ Sid }: { Sid: string }) => Sid === 'FunctionsOnly');
  expect(refusal).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
  expect(new Set(refusal.Condition.ArnNotEquals['aws:PrincipalArn'])).toEqual(new Set(ROLES));
  expect(ROLES).toHaveLength(4);
  // All actions that the functions need, and those of a person in the console.
  const refused = [...LOOKUP, ...INVALIDATION, 'Scan', 'DeleteItem', 'PartiQLSelect', 'PartiQLDelete'];
  expect(refusal.Action).toEqual(expect.arrayContaining(refused.map((operation) => `dynamodb:${operation}`)));
});

test('has the statement into which docs/operating.md writes the role of a person', () => {
  const [, sid, member] =
    /select\(\.Sid == "(\w+)"\)\.Condition\.ArnNotEquals\["(aws:\w+)"\]/.exec(
      readFileSync('docs/operating.md', 'utf8'),
    ) ?? [];
  const { Statement: statements } = table.ResourcePolicy.PolicyDocument;
  const named = statements.filter(({ Sid }: { Sid: string }) => Sid === sid);
  expect(named).toHaveLength(1);
  expect(Array.isArray(named[0].Condition.ArnNotEquals[member ?? ''])).toBe(true);
});

test('lets no identity make a backup, an export or a restored table: they would keep the profiles of erased customers', () => {
  const { Statement: statements } = table.ResourcePolicy.PolicyDocument;
  expect(statements).toContainEqual({
    Sid: 'NoCopies',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: [
      'dynamodb:CreateBackup',
      'dynamodb:EnableKinesisStreamingDestination',
      'dynamodb:ExportTableToPointInTime',
      'dynamodb:RestoreTableToPointInTime',
    ],
    Resource: '*',
  });
});

test('refuses no action that CloudFormation needs to deploy it, and none that such a policy does not take', () => {
  const refused = table.ResourcePolicy.PolicyDocument.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  for (const action of ['UpdateTable', 'UpdateContinuousBackups', 'UpdateTimeToLive', 'StartAwsBackupJob']) {
    expect(refused).not.toContain(`dynamodb:${action}`);
  }
});

test('its policy allows no identity anything: IAM does', () => {
  const effects = table.ResourcePolicy.PolicyDocument.Statement.map(({ Effect }: { Effect: string }) => Effect);
  expect(new Set(effects)).toEqual(new Set(['Deny']));
});

test("has no limit below the account's, unless the environment limits or warms it", () => {
  expect(table.OnDemandThroughput).toBeUndefined();
  expect(table.WarmThroughput).toBeUndefined();
  const [limited] = propertiesOf(templateOf('with limits of the table'), 'AWS::DynamoDB::Table');
  expect(limited.OnDemandThroughput).toEqual({ MaxReadRequestUnits: 40_000, MaxWriteRequestUnits: 20_000 });
  expect(limited.WarmThroughput).toEqual({ ReadUnitsPerSecond: 30_000, WriteUnitsPerSecond: 10_000 });
});
