import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Grant, type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface LookasideFunctionProps {
  readonly functionName: string;
  readonly description: string;
  /** Folder of the bundle: `index.mjs`, which exports `handler`, and its chunks. */
  readonly bundle: string;
  /** After which Lambda ends an invocation. */
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly logRetentionDays: number;
  /** The settings, by their names in the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * How many instances may run at once, held free for this function out of the account's.
   *
   * @default - as many as the account has left
   */
  readonly reservedConcurrency?: number | undefined;
}

/** A function of Lookaside with a log group and a role of its own; the role may write that log and nothing else. */
export class LookasideFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: LookasideFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      // RetentionDays is an enum of the number of days.
      retention: props.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Its own role, not the one that CDK makes: that one has a managed policy, which may write every log group.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Runs ${props.functionName}`,
    });
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.bundle),
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: { ...props.environment },
      role: this.role,
      logGroup,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
  }

  /**
   * Settles what becomes of asynchronous events: each is tried once, within a minute, and then forgotten. No dead-letter
   * queue and no destination: an event holds a customer's identifier, which must not lie around, and whoever still needs
   * it asks again.
   */
  forgetFailedEvents(): void {
    this.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(60) });
  }

  /** Lets an identity invoke this function, and no version or alias of it. */
  grantInvoke(caller: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee: caller,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.lambda.functionArn],
    });
  }
}
