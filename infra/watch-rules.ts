import type { DeploymentEnvironment } from './deployment-environment.ts';
import { either, flag, members, oneOf, optional, type Rule, text } from './rule.ts';

/** The allowed values for the monitoring. */

const TOPIC_ARN = text('the ARN of an SNS topic', /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/);

/** Allows the setting of the monitoring. */
export const MONITORING: Rule = either(
  '"off", or an object of topicArn (the ARN of an SNS topic) and expectsEvents (true or false)',
  members({ topicArn: optional(TOPIC_ARN), expectsEvents: optional(flag) }),
  oneOf(['off']),
);

/** The levels at which the functions write the lines that hold the metrics. */
const METERED_LEVELS = ['TRACE', 'DEBUG', 'INFO'];

/** The problem of an alarm that would go off because no function writes its metric. */
export function watchContradictions({ monitoring = {}, settings }: DeploymentEnvironment): readonly string[] {
  const level = settings?.LOG_LEVEL?.trim() || 'INFO';
  if (monitoring === 'off' || !monitoring.expectsEvents || METERED_LEVELS.includes(level)) return [];
  return [
    `monitoring.expectsEvents is true and LOG_LEVEL is ${level}; allowed with it is ${METERED_LEVELS.join(', ')}: above ` +
      'INFO no event is counted, and the alarm webhook-silent would stay on.',
  ];
}
