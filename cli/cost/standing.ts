import { PRICES } from './prices.ts';

/**
 * What costs money in production without a look-up: how many of each the stack has. A test compares the numbers with
 * production's template.
 */
export const STANDING = {
  /** Capillary's credentials, the key secret, the webhook's, and the canary's key. Their reads are not counted. */
  secrets: 4,
  keys: 1,
  webAcls: 1,
  webAclRules: 7,
  /** The metrics of all alarms: an alarm about a share has several. */
  alarmMetrics: 62,
  compositeAlarms: 1,
  dashboards: 1,
} as const;

/** The standing cost of a month, in its parts. US dollars. */
export interface StandingDollars {
  readonly secretsAndKey: number;
  readonly firewall: number;
  /** The alarms and the dashboard. */
  readonly monitoring: number;
  readonly total: number;
}

/** The cost of production in a month without any look-up. */
export function standingDollars(): StandingDollars {
  const { secrets, keys, webAcls, webAclRules, alarmMetrics, compositeAlarms, dashboards } = STANDING;
  const secretsAndKey = secrets * PRICES.secretMonth + keys * PRICES.kmsKeyMonth;
  const firewall = webAcls * PRICES.webAclMonth + webAclRules * PRICES.webAclRuleMonth;
  const alarms = alarmMetrics * PRICES.alarmMetricMonth + compositeAlarms * PRICES.compositeAlarmMonth;
  const monitoring = alarms + dashboards * PRICES.dashboardMonth;
  return { secretsAndKey, firewall, monitoring, total: secretsAndKey + firewall + monitoring };
}
