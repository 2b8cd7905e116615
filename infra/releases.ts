import { Duration, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Entry } from './bundle.ts';
import type { RELEASES } from './environment-values.ts';
import type { LookasideFunction } from './lookaside-function.ts';

/** How CodeDeploy moves traffic. `at-once` needs no CodeDeploy: CloudFormation moves the alias. */
const SHIFTS: Readonly<Record<Exclude<(typeof RELEASES)[number], 'at-once'>, ILambdaDeploymentConfig>> = {
  '10-percent-for-5-minutes': LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  '10-percent-for-15-minutes': LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
  '10-percent-more-each-minute': LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
};

/**
 * How many errors in a minute show a bad release. An error of an invocation is a crash or a timeout: a failed look-up
 * is an answer. Three such errors do not come by chance.
 */
const ERRORS_OF_A_BAD_RELEASE = 3;

/** The section about these alarms. */
const RUNBOOK = 'docs/operating.md#alarm-crashes';

/** The policy that CodeDeploy needs on its role for moving aliases. */
const CODE_DEPLOY_POLICY = 'AWSCodeDeployRoleForLambdaLimited';

/** How releases reach the callers. */
export interface ReleasesProps {
  /** The beginning of the names. */
  readonly prefix: string;
  readonly shift: Exclude<(typeof RELEASES)[number], 'at-once'>;
  readonly functions: Readonly<Record<Entry, LookasideFunction>>;
  /**
   * The action of the alarms about a bad release.
   * @default - none: CodeDeploy moves the traffic back, and the deployment fails
   */
  readonly alarmTopic?: ITopic | undefined;
}

/**
 * Moves the traffic of each function to a new version step by step, and back if an alarm goes off. CloudFormation waits
 * for the end of it. If a release is moved back, the whole stack's deployment fails.
 */
export class Releases extends Construct {
  private readonly groups: readonly LambdaDeploymentGroup[];

  constructor(scope: Construct, id: string, { prefix, shift, functions, alarmTopic }: ReleasesProps) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application', { applicationName: prefix });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: `Moves the traffic of ${prefix} to new versions`,
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(`service-role/${CODE_DEPLOY_POLICY}`)],
    });
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${CODE_DEPLOY_POLICY}]`,
      reason: 'It is the policy that CodeDeploy asks for on the role by which it moves the aliases of functions.',
    });
    this.groups = Object.entries(functions).map(([entry, { alias }]) => {
      const alarm = new Alarm(this, `Errors-${entry}`, {
        alarmName: `${prefix}-${entry}-errors`,
        alarmDescription: `Invocations of ${prefix}-${entry} crash or time out. A release in progress is moved back. ${RUNBOOK}`,
        metric: alias.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }),
        threshold: ERRORS_OF_A_BAD_RELEASE,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      if (alarmTopic) alarm.addAlarmAction(new SnsAction(alarmTopic));
      return new LambdaDeploymentGroup(this, `Group-${entry}`, {
        application,
        deploymentGroupName: `${prefix}-${entry}`,
        role,
        alias,
        deploymentConfig: SHIFTS[shift],
        alarms: [alarm],
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      });
    });
  }

  /**
   * Also moves a release of any function back if this alarm goes off. It must have one metric, because CodeDeploy
   * watches no composite alarm. The other alarms about problems that customers notice do not fit. The periods of some
   * are longer than a release. Capillary causes the others, and a team must be able to release a repair while Capillary
   * is down.
   */
  rollBackOn(alarm: IAlarm): void {
    for (const group of this.groups) group.addAlarm(alarm);
  }
}
