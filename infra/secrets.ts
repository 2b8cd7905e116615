import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * The secret of the upstream's credentials. A function reads it at its first miss. The stack makes it empty, without a
 * value in the template, so that no deployment overwrites the value of `npm run secret` or of the AWS console.
 */
export class UpstreamCredentials extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, encryptionKey?: IKey) {
    super(scope, id);
    // The `Secret` construct would generate a value, and the upstream would take that for a wrong password.
    const secret = new CfnSecret(this, 'Secret', {
      description: 'Lookaside: credentials for the upstream, {"username","password"} or {"key","secret"}',
      ...(encryptionKey && { kmsKeyId: encryptionKey.keyArn }),
    });
    secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'The upstream issues these credentials and offers no way to rotate them by program: npm run secret does it.',
    });
    this.secretArn = secret.attrId;
  }

  /** Lets a role read the credentials, and nothing else. */
  grantRead(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secretArn] }),
    );
  }
}

/** The options of a secret that the functions get at deployment. */
export interface DeployedSecretProps {
  readonly description: string;
  /** The reason why no schedule rotates it. */
  readonly rotation: string;
  /**
   * The version to deploy.
   *
   * @default - the one that is current when the functions are deployed
   */
  readonly version?: string | undefined;
  /**
   * Encrypts the secret.
   *
   * @default - Amazon's key for this account
   */
  readonly encryptionKey?: IKey | undefined;
}

/** The values of a deployment for one of its secrets. */
type SecretProps = Pick<DeployedSecretProps, 'version' | 'encryptionKey'>;

/**
 * A secret that AWS generates and CloudFormation puts into a function's environment during the deployment. No function
 * reads it at run time, so no request waits for it, and no role may read it. Each subclass is one of the secrets.
 */
abstract class DeployedSecret extends Construct {
  /**
   * The value for the environment: a reference that CloudFormation resolves. The template never holds the value itself.
   */
  readonly reference: string;

  readonly secret: Secret;

  constructor(scope: Construct, id: string, { description, rotation, version, encryptionKey }: DeployedSecretProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description,
      // It has only letters and digits, because a comma would make it a list (contract §4). 64 of them are 380 bits.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    });
    Validations.of(this.secret).acknowledge({ id: 'AwsSolutions::AwsSolutions-SMG4', reason: rotation });
    this.reference = SecretValue.secretsManager(
      this.secret.secretArn,
      version === undefined ? {} : { versionId: version },
    ).unsafeUnwrap();
  }
}

/** CACHE_KEY_SECRET: the HMAC key of the cache keys. */
export class KeySecret extends DeployedSecret {
  constructor(scope: Construct, id: string, props: SecretProps = {}) {
    super(scope, id, {
      description: "Lookaside: HMAC key of the cache keys; a list 'old,new', then 'new,old', while it is rotated",
      rotation:
        'It takes effect with a deployment only, and rotating it takes three (contract §4, CACHE_KEY_SECRET): ' +
        'a rotation by schedule would change nothing, and a new key all at once would empty the cache.',
      ...props,
    });
  }
}

/** The value of the canary's API key. */
export class CanaryKey extends DeployedSecret {
  constructor(scope: Construct, id: string, props: SecretProps = {}) {
    super(scope, id, {
      description: "Lookaside: the value of the canary's API key",
      rotation:
        'It takes effect with a deployment only: a rotation by schedule would lock the canary out. The key may ask two look-ups ' +
        'a second, about customers that it must know already.',
      ...props,
    });
  }
}

/** WEBHOOK_SECRET: the value of the event sender's header `Authorization`. */
export class WebhookSecret extends DeployedSecret {
  constructor(scope: Construct, id: string, props: SecretProps = {}) {
    super(scope, id, {
      description: "Lookaside: Authorization of POST /events/capillary; a list 'new,old' while it is rotated",
      rotation:
        'The sender holds it as a fixed header, which a person sets: a rotation by schedule would lock the sender out.',
      ...props,
    });
  }
}
