import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** The topic to use or to make. Default: a made one. */
export interface AlarmTopicProps {
  /** The beginning of the name of a made topic. */
  readonly name: string;
  /** The ARN of the topic to use. If it is set, `topic` does not count. */
  readonly topicArn?: string | undefined;
  /** The topic to use. */
  readonly topic?: ITopic | undefined;
}

/**
 * The topic of the alarms: a given one, or one that the stack makes. A made topic takes messages over TLS only, and
 * only from alarms of its own account. Messages hold names and numbers of metrics, no personal data.
 */
export function alarmTopic(scope: Construct, { name, topic: given, topicArn }: AlarmTopicProps): ITopic {
  if (given !== undefined && topicArn === undefined) return given;
  if (topicArn !== undefined) return Topic.fromTopicArn(scope, 'AlarmTopic', topicArn);
  const topic = new Topic(scope, 'AlarmTopic', {
    topicName: `${name}-alarms`,
    displayName: `Lookaside alarms: ${name}`,
    enforceSSL: true,
  });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      actions: ['sns:Publish'],
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
}
