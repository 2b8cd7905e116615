import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  type Dashboard,
  type IAlarm,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmDefinition, Watched } from './alarm-definition.ts';
import { alarmsOf } from './alarm-table.ts';
import { alarmTopic } from './alarm-topic.ts';
import type { Metered } from './cost.ts';
import { addDashboard } from './dashboard.ts';

/** What is watched, and where alarms go. */
export interface MonitoringProps extends Watched {
  /** The beginning of the names of the alarms, the topic and the dashboard. */
  readonly name: string;
  readonly metered: Metered;
  /**
   * The ARN of the SNS topic that alarms are sent to.
   *
   * @default - `topic`
   */
  readonly topicArn?: string | undefined;
  /**
   * The topic that alarms are sent to.
   *
   * @default - a topic is made
   */
  readonly topic?: ITopic | undefined;
}

/** The address of the runbooks. */
const RUNBOOKS = 'docs/operating.md';

/**
 * Watches a deployment: an alarm for each row of `alarm-table.ts`, one alarm for the problems that customers notice,
 * and a dashboard. For the problems that customers notice there is one message. Every other alarm has its own message.
 */
export class Monitoring extends Construct {
  readonly topic: ITopic;
  /** By their ids in `alarm-table.ts`. */
  readonly alarms: ReadonlyMap<string, IAlarm>;
  /** Goes off when an alarm about a problem that customers notice goes off. */
  readonly customersFeelIt: CompositeAlarm;
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.topic = alarmTopic(this, props);
    const action = new SnsAction(this.topic);
    const definitions = alarmsOf(props);
    this.alarms = new Map(
      definitions.map((definition) => [definition.id, this.#addAlarm(`${props.name}-${definition.id}`, definition)]),
    );
    const felt = definitions.filter(({ isFelt }) => isFelt === true).flatMap(({ id }) => this.alarms.get(id) ?? []);
    this.customersFeelIt = new CompositeAlarm(this, 'CustomersFeelIt', {
      compositeAlarmName: `${props.name}-customers-feel-it`,
      alarmDescription: `Customers feel it. The alarms that it is made of say what. ${RUNBOOKS}#alarm-customers-feel-it`,
      alarmRule: AlarmRule.anyOf(...felt.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
    });
    this.customersFeelIt.addAlarmAction(action);
    this.customersFeelIt.addOkAction(action);
    for (const { id, isFelt } of definitions) {
      if (isFelt !== true) (this.alarms.get(id) as Alarm).addAlarmAction(action);
    }
    this.dashboard = addDashboard(this, {
      name: props.name,
      measures: props.measures,
      metered: props.metered,
      alarms: [this.customersFeelIt, ...this.alarms.values()],
    });
  }

  #addAlarm(
    alarmName: string,
    { id, says, measure, threshold, isBelow, periods, whenMissing }: AlarmDefinition,
  ): Alarm {
    const [datapointsToAlarm, evaluationPeriods] = periods;
    return new Alarm(this, `Alarm-${id}`, {
      alarmName,
      alarmDescription: `${says} ${RUNBOOKS}#alarm-${id}`,
      metric: measure,
      threshold,
      comparisonOperator: isBelow ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm,
      evaluationPeriods,
      treatMissingData: whenMissing === 'breaching' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }
}
