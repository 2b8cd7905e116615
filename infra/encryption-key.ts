import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  ArnPrincipal,
  type IRole,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** The options of the deployment's own key. */
export interface EncryptionKeyProps {
  /** The beginning of the log groups' names, and the key's alias. */
  readonly prefix: string;
  /** Whether the key stays when the stack is deleted. */
  readonly isProtected: boolean;
  /**
   * The deploying roles: ARNs, with `*` for any text. CloudFormation makes the table, the secrets and the functions
   * with them.
   *
   * @default - the role that `cdk bootstrap` makes for CloudFormation
   */
  readonly deployers?: readonly string[] | undefined;
}

/** The actions that a role needs to read and write with a key. */
export const KEY_USE = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/** The actions that an administrator of the account may use on the key. None of them decrypts. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
] as const;

/**
 * The only key of a deployment, for the table, the secrets, the functions' environments and the logs. Its policy names
 * the identities that may read and write with it: the functions (through the services that keep their data), the
 * deploying roles, CloudWatch Logs, and the identities that IAM allows to read a secret (only through Secrets Manager).
 * An administrator of the account may administer the key, but may not decrypt with it.
 */
export class EncryptionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      alias: props.prefix,
      description: `Encrypts what ${props.prefix} keeps: table, secrets, environments of functions, logs`,
      enableKeyRotation: true,
      // A key of a first deployment that failed encrypts nothing, so it does not stay.
      removalPolicy: props.isProtected ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      policy: new PolicyDocument({
        statements: [
          this.administration(),
          ...this.deployment(props.deployers),
          this.logs(props.prefix),
          this.secrets(),
        ],
      }),
    });
  }

  /** Lets the functions' roles read and write with the key, through the services that store data for them. */
  grantUse(roles: readonly IRole[]): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Functions',
        principals: roles.map(({ roleArn }) => new ArnPrincipal(roleArn)),
        actions: [...KEY_USE],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:ViaService': this.services('dynamodb', 'secretsmanager', 'lambda') } },
      }),
    );
  }

  /** Lets a role decrypt its function's own environment. It is for the canary, which reads no table and no secret. */
  grantEnvironment(role: IRole): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Canary',
        principals: [new ArnPrincipal(role.roleArn)],
        actions: [...KEY_USE],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:ViaService': this.services('lambda') } },
      }),
    );
  }

  private administration(): PolicyStatement {
    return new PolicyStatement({
      sid: 'Administration',
      principals: [new AccountRootPrincipal()],
      actions: [...ADMINISTRATION],
      resources: ['*'],
    });
  }

  private deployment(deployers: readonly string[] = [this.bootstrapRole()]): readonly PolicyStatement[] {
    const isDeployer = { ArnLike: { 'aws:PrincipalArn': deployers } };
    return [
      new PolicyStatement({
        sid: 'Deployment',
        principals: [new AccountRootPrincipal()],
        actions: [...KEY_USE],
        resources: ['*'],
        conditions: isDeployer,
      }),
      new PolicyStatement({
        sid: 'DeploymentGrants',
        principals: [new AccountRootPrincipal()],
        actions: ['kms:CreateGrant'],
        resources: ['*'],
        conditions: { ...isDeployer, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
    ];
  }

  private logs(prefix: string): PolicyStatement {
    const groups = [
      `/aws/lambda/${prefix}-*`,
      `/aws/apigateway/${prefix}`,
      `aws-waf-logs-${prefix}`,
      `/aws/vpc/${prefix}`,
    ];
    return new PolicyStatement({
      sid: 'Logs',
      principals: [new ServicePrincipal(`logs.${Stack.of(this).region}.amazonaws.com`)],
      actions: [...KEY_USE],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': groups.map((resourceName) =>
            Stack.of(this).formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ),
        },
      },
    });
  }

  /** Lets identities fill a secret, or read the webhook's. IAM decides which identities those are. */
  private secrets(): PolicyStatement {
    return new PolicyStatement({
      sid: 'Secrets',
      principals: [new AccountRootPrincipal()],
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'kms:ViaService': this.services('secretsmanager') } },
    });
  }

  private services(...names: readonly string[]): readonly string[] {
    return names.map((name) => `${name}.${Stack.of(this).region}.amazonaws.com`);
  }

  private bootstrapRole(): string {
    return Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: 'cdk-*-cfn-exec-role-*',
    });
  }
}
