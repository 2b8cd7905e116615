import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type CfnResource, propertiesOf, resourcesOf, type Template, templateOf } from './templates.ts';

const template = templateOf('with a key of its own');
const [[keyId, key]] = Object.entries(resourcesOf(template, 'AWS::KMS::Key')) as [[string, CfnResource]];
const keyArn = { 'Fn::GetAtt': [keyId, 'Arn'] };

type Statement = CfnResource['Properties'];

/** A statement of the key's policy, by its name. */
function statement(sid: string, from: CfnResource = key): Statement {
  return from.Properties.KeyPolicy.Statement.find(({ Sid }: { Sid?: string }) => Sid === sid);
}

const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'] as const;

/** What is encrypted, and by what property. */
const ENCRYPTED: readonly [type: string, keyOf: (properties: Statement) => unknown][] = [
  ['AWS::DynamoDB::Table', ({ SSESpecification }) => SSESpecification.KMSMasterKeyId],
  ['AWS::SecretsManager::Secret', ({ KmsKeyId }) => KmsKeyId],
  ['AWS::Lambda::Function', ({ KmsKeyArn }) => KmsKeyArn],
  ['AWS::Logs::LogGroup', ({ KmsKeyId }) => KmsKeyId],
];

describe('one key', () => {
  test.each(ENCRYPTED)('encrypts each %s', (type, keyOf) => {
    const properties = propertiesOf(template, type);
    expect(properties.length).toBeGreaterThan(0);
    for (const each of properties) expect(keyOf(each)).toEqual(keyArn);
  });

  test.each(ENCRYPTED)('does not encrypt %s unless the environment has a key', (type, keyOf) => {
    const other = templateOf('default');
    expect(propertiesOf(other, 'AWS::KMS::Key')).toEqual([]);
    for (const each of propertiesOf(other, type)) expect(keyOf(each)).toBeUndefined();
  });

  test('is rotated each year, and has the name of its environment', () => {
    expect(key.Properties.EnableKeyRotation).toBe(true);
    expect(propertiesOf(template, 'AWS::KMS::Alias')).toMatchObject([{ AliasName: 'alias/lookaside' }]);
  });

  test('is deleted with the stack. In a protected environment it stays, unless the deployment that makes it fails', () => {
    expect(key.DeletionPolicy).toBe('Delete');
    const [other] = Object.values(resourcesOf(templateOf('with a key of its own, protected'), 'AWS::KMS::Key'));
    expect(other).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });
});

describe("the key's policy", () => {
  test('has the statement into which docs/operating.md writes the role of a person', () => {
    const [, sid = ''] =
      /select\(\.Sid == "(\w+)"\)\.Principal\.AWS/.exec(readFileSync('docs/operating.md', 'utf8')) ?? [];
    expect(Array.isArray(statement(sid).Principal.AWS)).toBe(true);
  });

  test('names the roles of the four functions, which use it through the services that store something for them', () => {
    const { Principal, Condition, Action } = statement('Functions');
    const roles = propertiesOf(template, 'AWS::Lambda::Function').map(({ Role }) => Role);
    expect(new Set(Principal.AWS)).toEqual(new Set(roles));
    expect(roles).toHaveLength(4);
    const region = { Ref: 'AWS::Region' };
    expect(Condition).toEqual({
      StringEquals: {
        'kms:ViaService': ['dynamodb', 'secretsmanager', 'lambda'].map((service) => ({
          'Fn::Join': ['', [`${service}.`, region, '.amazonaws.com']],
        })),
      },
    });
    expect(Action).toEqual(expect.arrayContaining([...USE]));
  });

  test('lets the account administer it, but not read or write with it', () => {
    const { Principal, Action, Condition } = statement('Administration');
    expect(JSON.stringify(Principal)).toContain(':root');
    expect(Condition).toBeUndefined();
    for (const action of [...USE, 'kms:CreateGrant', 'kms:*']) expect(Action).not.toContain(action);
  });

  test('lets every identity that IAM allows use it through Secrets Manager only, to fill a secret', () => {
    const rootUses = key.Properties.KeyPolicy.Statement.filter(
      ({ Sid, Principal, Action }: Statement) =>
        !Sid?.startsWith('Deployment') &&
        JSON.stringify(Principal).includes(':root') &&
        [Action].flat().some((action: string) => /Decrypt|Encrypt|GenerateDataKey|CreateGrant/.test(action)),
    );
    expect(rootUses.length).toBeGreaterThan(0);
    for (const { Condition } of rootUses) {
      expect(JSON.stringify(Condition.StringEquals['kms:ViaService'])).toContain('secretsmanager.');
      expect(JSON.stringify(Condition)).not.toMatch(/dynamodb|lambda/);
    }
  });

  test("lets the deployer use it, and give AWS's services grants: the role of cdk bootstrap, or the environment's own", () => {
    const deployers = ({ Condition }: Statement) => Condition.ArnLike['aws:PrincipalArn'];
    expect(JSON.stringify(deployers(statement('Deployment')))).toContain(':role/cdk-*-cfn-exec-role-*');
    expect(statement('DeploymentGrants').Condition.Bool).toEqual({ 'kms:GrantIsForAWSResource': 'true' });
    const [other] = Object.values(resourcesOf(templateOf('with a key of its own, protected'), 'AWS::KMS::Key'));
    for (const sid of ['Deployment', 'DeploymentGrants']) {
      expect(deployers(statement(sid, other))).toEqual(['arn:aws:iam::*:role/release-*']);
    }
  });

  test('lets CloudWatch Logs use it for the logs of this environment', () => {
    const { Principal, Condition } = statement('Logs');
    expect(Principal.Service['Fn::Join'][1]).toEqual(['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']);
    const patterns = JSON.stringify(Condition.ArnLike['kms:EncryptionContext:aws:logs:arn']);
    for (const { LogGroupName } of propertiesOf(template, 'AWS::Logs::LogGroup')) {
      const group = String(LogGroupName).replace(/-(http|invoke|revalidate|invalidate)$/, '-*');
      expect(patterns).toContain(`:log-group:${group}`);
    }
  });

  test('names a list of actions in each statement of ours, and no wildcard', () => {
    for (const sid of ['Administration', 'Deployment', 'DeploymentGrants', 'Functions', 'Logs', 'Secrets']) {
      expect(JSON.stringify(statement(sid).Action)).not.toContain('*');
    }
  });
});

test('every resource that can have tags names its environment, and has the tags that the environment chooses', () => {
  const tagsOf = (from: Template, type: string) =>
    propertiesOf(from, type).map(({ Tags }) =>
      Object.fromEntries(Tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value])),
    );
  for (const type of [...ENCRYPTED.map(([each]) => each), 'AWS::KMS::Key', 'AWS::ApiGateway::RestApi']) {
    for (const tags of tagsOf(template, type)) expect(tags).toMatchObject({ 'lookaside:environment': 'test' });
  }
  for (const tags of tagsOf(templateOf('with tags'), 'AWS::DynamoDB::Table')) {
    expect(tags).toEqual({ 'lookaside:environment': 'test', 'cost-centre': 'loyalty' });
  }
});
