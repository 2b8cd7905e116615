import { expect, test } from '@jest/globals';
import { propertiesOf, resourcesOf, statementsOf, synthesize } from './synthesize.ts';

const template = synthesize();
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

test('is encrypted under a key whose use is on record', () => {
  expect(table.SSESpecification).toEqual({ SSEEnabled: true });
});

test('is paid for by request', () => {
  expect(table.BillingMode).toBe('PAY_PER_REQUEST');
});

test('keeps no backup, which would keep the profiles of erased customers', () => {
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

test('refuses to be deleted where the environment is protected', () => {
  const [protectedTable] = propertiesOf(synthesize({ isProtected: true }), 'AWS::DynamoDB::Table');
  expect(protectedTable.DeletionProtectionEnabled).toBe(true);
});

test.each(['lookaside-http', 'lookaside-invoke'])(
  'lets %s read and write single entries of this table only',
  (name) => {
    const statements = statementsOf(template, name).filter(({ Action }) => String(Action).includes('dynamodb:'));
    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: { 'Fn::GetAtt': ['CacheTable0A35CF55', 'Arn'] },
      },
    ]);
  },
);
