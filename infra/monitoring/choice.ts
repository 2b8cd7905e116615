/** The monitoring values that may differ between deployments. */
export interface MonitoringChoice {
  /**
   * The ARN of the SNS topic that alarms are sent to.
   *
   * @default - a topic is made: the output `AlarmTopicArn`
   */
  readonly topicArn?: string;
  /**
   * Whether Capillary's events are expected: a day without one is then an alarm.
   *
   * @default false
   */
  readonly expectsEvents?: boolean;
}
