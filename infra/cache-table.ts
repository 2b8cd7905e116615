import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { TableThroughput } from './environment-values.ts';

/** The options of the table. */
export interface CacheTableProps {
  /**
   * Whether the table refuses to be deleted.
   *
   * @default false
   */
  readonly isProtected?: boolean;
  /**
   * Encrypts the table.
   *
   * @default - Amazon's key for this account
   */
  readonly encryptionKey?: IKey | undefined;
  /** The greatest load that the table takes. Default: the account's quota. */
  readonly limit?: TableThroughput | undefined;
  /** The load that the table takes from the first moment on. Default: DynamoDB's own. */
  readonly warmThroughput?: TableThroughput | undefined;
}

/** All actions that read, write or copy entries. */
const DATA_ACTIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'ConditionCheckItem',
  'DeleteItem',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
  'PartiQLDelete',
  'PartiQLInsert',
  'PartiQLSelect',
  'PartiQLUpdate',
] as const;

/**
 * The actions that copy the whole table and that a table's policy can refuse to every identity. UpdateTable (which
 * turns a stream on) and UpdateContinuousBackups are not here, because CloudFormation needs them. A table's policy does
 * not take StartAwsBackupJob (AWS Backup). So IAM must keep these three from people (docs/security.md).
 */
const COPY_ACTIONS = [
  'CreateBackup',
  'ExportTableToPointInTime',
  'EnableKinesisStreamingDestination',
  'RestoreTableToPointInTime',
] as const;

/**
 * The table of the entries. `functions/adapters/dynamodb` writes its keys and its TTL attribute. It is in one region
 * and has no index, because every read is strongly consistent (docs/design.md, The entry).
 */
export class CacheTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: CacheTableProps = {}) {
    super(scope, id);
    const { isProtected = false, encryptionKey, limit, warmThroughput } = props;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      // It is encrypted with Amazon's key for this account, not with DynamoDB's own, so that CloudTrail records each
      // decryption of customers' profiles.
      ...(encryptionKey === undefined
        ? { encryption: TableEncryption.AWS_MANAGED }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
      ...(limit && { maxReadRequestUnits: limit.readsPerSecond, maxWriteRequestUnits: limit.writesPerSecond }),
      ...(warmThroughput && {
        warmThroughput: {
          readUnitsPerSecond: warmThroughput.readsPerSecond,
          writeUnitsPerSecond: warmThroughput.writesPerSecond,
        },
      }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
      deletionProtection: isProtected,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.table).acknowledge({
      id: 'AwsSolutions::AwsSolutions-DDB3',
      reason:
        'A cache: what is lost is fetched again from the upstream. A backup would keep the profiles of erased customers.',
    });
  }

  /**
   * Lets a role look customers up. It may read one entry (GetItem) or many at once (BatchGetItem), and write an entry
   * under a lease (PutItem). It may write leases, marks, the customer's index and the upstream's pauses (UpdateItem).
   * It needs Query and BatchWriteItem too: when the upstream answers that a customer was erased or merged, the look-up
   * deletes every entry of that customer.
   */
  grantLookup(role: IRole): void {
    this.grant(role, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Query', 'BatchWriteItem']);
  }

  /**
   * Lets a role invalidate entries. It may write the customer's fence (UpdateItem), and read the index (GetItem, which
   * also opens the connection). It may find the entries (Query), and delete or mark them (BatchWriteItem, UpdateItem).
   * It may write no entry.
   */
  grantInvalidation(role: IRole): void {
    this.grant(role, ['GetItem', 'UpdateItem', 'Query', 'BatchWriteItem']);
  }

  /**
   * Refuses entries to all identities except some roles, even if IAM allows more in this account. No identity may make
   * a backup, an export or a restored table: they would keep the profiles of erased customers. An identity with the
   * right to change this policy can still get access; CloudTrail records the change.
   */
  refuseOthers(roles: readonly IRole[]): void {
    const toActions = (operations: readonly string[]) => operations.map((operation) => `dynamodb:${operation}`);
    this.table.addToResourcePolicy(
      new PolicyStatement({
        sid: 'FunctionsOnly',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: toActions(DATA_ACTIONS),
        // In a table's policy `*` means the table.
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles.map(({ roleArn }) => roleArn) } },
      }),
    );
    this.table.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NoCopies',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: toActions(COPY_ACTIONS),
        resources: ['*'],
      }),
    );
  }

  private grant(role: IRole, operations: readonly string[]): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: operations.map((operation) => `dynamodb:${operation}`),
        resources: [this.table.tableArn],
      }),
    );
  }
}
