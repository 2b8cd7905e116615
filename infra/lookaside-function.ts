import { Duration, RemovalPolicy, TimeZone, Token } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Grant, type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Alias,
  Architecture,
  type CfnFunction,
  Code,
  type IVersion,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { HANDLER } from './bundle.ts';
import { checkSize } from './environment-size.ts';
import type { ProvisionedConcurrency } from './environment-values.ts';
import { fingerprint } from './fingerprint.ts';
import type { Network } from './network.ts';
import { letStandIn } from './network-rights.ts';

/** The options of one function. */
export interface LookasideFunctionProps {
  readonly functionName: string;
  readonly description: string;
  /** Folder of the bundle: `index.mjs`, which exports `handler`, and its chunks. */
  readonly bundle: string;
  /** After this time Lambda ends an invocation. */
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly logRetentionDays: number;
  /** The settings, by their names in the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * How many instances may run at once. They are reserved for this function out of the account's concurrency.
   * @default - as many as the account has left
   */
  readonly reservedConcurrency?: number | undefined;
  /**
   * How many instances of the alias are ready before a request comes.
   * @default - none: an instance starts with a request
   */
  readonly provisionedConcurrency?: ProvisionedConcurrency | undefined;
  /**
   * Encrypts the environment and the log.
   *
   * @default - Amazon's keys
   */
  readonly encryptionKey?: IKey | undefined;
  /**
   * The network of the function.
   * @default - Lambda's own network
   */
  readonly network?: Network | undefined;
}

/** Lambda takes no longer description of a version. Characters. */
const MAX_DESCRIPTION = 256;

/** The description of a version that asks this address. */
function describe(address: string): string {
  const description = `Asks ${address}`;
  return Token.isUnresolved(description) ? description : description.slice(0, MAX_DESCRIPTION);
}

/** The alias that all callers use. A release moves it from one version to the next. */
export const ALIAS = 'live';

/**
 * A function of Lookaside with its own log group and role; the role may write only that log. All callers use its alias,
 * which stays on the old version during a deployment.
 */
export class LookasideFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly alias: Alias;
  /** The function's name with its alias, for Lambda's API: `lookaside-production-http:live`. */
  readonly qualifiedName: string;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: LookasideFunctionProps) {
    super(scope, id);
    checkSize(props.functionName, props.environment);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      // RetentionDays is an enum of the number of days.
      retention: props.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.encryptionKey && { encryptionKey: props.encryptionKey }),
    });
    // The function has its own role. The role that CDK would make has a managed policy, which may write every log
    // group.
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
    if (props.network) letStandIn(this.role, props.functionName);
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: HANDLER,
      code: Code.fromAsset(props.bundle),
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: { ...props.environment },
      role: this.role,
      logGroup,
      ...(props.encryptionKey && { environmentEncryption: props.encryptionKey }),
      ...(props.network && { vpc: props.network.vpc, securityGroups: [props.network.securityGroup] }),
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      currentVersionOptions: {
        // A changed description makes a new version. CDK notices changes of the template, but not of a stack parameter,
        // such as the upstream's address. Without this the alias would stay on the old address.
        description: describe(props.environment.UPSTREAM_BASE_URL ?? props.environment.CANARY_URL ?? ''),
        // Old versions stay, so that the alias can move back. The version of a release that failed is deleted. If it
        // stayed, Lambda would publish none for the next try with the same code, and CloudFormation would refuse that.
        removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      },
    });
    fingerprint(this.lambda.node.defaultChild as CfnFunction);
    this.alias = this.addAlias(props.provisionedConcurrency);
    this.qualifiedName = `${this.lambda.functionName}:${ALIAS}`;
  }

  private addAlias(provisioned: ProvisionedConcurrency | undefined): Alias {
    const alias = new Alias(this, 'Alias', {
      aliasName: ALIAS,
      version: this.lambda.currentVersion as IVersion,
      ...(provisioned === undefined ? {} : { provisionedConcurrentExecutions: provisioned.min }),
    });
    if (provisioned === undefined) return alias;
    const { min, max, targetUtilization = 0.7, schedule = [] } = provisioned;
    const scaling = alias.addAutoScaling({ minCapacity: min, maxCapacity: max });
    scaling.scaleOnUtilization({ utilizationTarget: targetUtilization });
    for (const { name, cron, timeZone, min: minCapacity, max: maxCapacity } of schedule) {
      scaling.scaleOnSchedule(name, {
        schedule: Schedule.expression(`cron(${cron})`),
        timeZone: TimeZone.of(timeZone),
        minCapacity,
        maxCapacity,
      });
    }
    return alias;
  }

  /**
   * Makes Lambda try each asynchronous event once, within a minute, and then drop it. There is no dead-letter queue and
   * no destination: an event holds a customer's identifier, which must not be stored. A caller that still needs the
   * customer asks again.
   */
  forgetFailedEvents(): void {
    this.alias.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(60) });
  }

  /** Lets an identity invoke this function, but only by its alias and not by a version. */
  grantInvoke(caller: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee: caller,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.alias.functionArn],
    });
  }
}
