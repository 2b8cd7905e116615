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
 * index: every read is strongly consistent (design decision 2).
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
      // Under Amazon's key for this account, not DynamoDB's own: who decrypted customers' profiles is then on record.
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

  /** Lets a role read and write single entries, and nothing else. */
  grantLookup(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [this.table.tableArn] }),
    );
  }
}
