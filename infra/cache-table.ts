import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface CacheTableProps {
  /**
   * Whether the table refuses to be deleted.
   *
   * @default false
   */
  readonly isProtected?: boolean;
}

/**
 * Where the entries lie. Its keys and its TTL attribute are what `functions/adapters/dynamodb` writes. One region, no
 * index: every read is strongly consistent (docs/design.md, The entry).
 */
export class CacheTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { isProtected = false }: CacheTableProps = {}) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Under Amazon's key for this account, not DynamoDB's own: each decryption of customers' profiles is then on record.
      encryption: TableEncryption.AWS_MANAGED,
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
   * Lets a role look customers up: read entries, one (GetItem) or, for a request that asks for many, all of them at once
   * (BatchGetItem), write them under a lease (PutItem), keep leases, marks, the customer's index and the upstream's pauses
   * (UpdateItem). Query and BatchWriteItem because a look-up purges too: when the upstream answers that a customer was
   * erased or merged, every entry of that customer goes at once.
   */
  grantLookup(role: IRole): void {
    this.grant(role, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Query', 'BatchWriteItem']);
  }

  /**
   * Lets a role invalidate entries: the customer's fence (UpdateItem) and index (GetItem, which also opens the
   * connection), the entries found (Query), their deletion or mark (BatchWriteItem, UpdateItem). It writes
   * no entry.
   */
  grantInvalidation(role: IRole): void {
    this.grant(role, ['GetItem', 'UpdateItem', 'Query', 'BatchWriteItem']);
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
