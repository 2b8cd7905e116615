import type { CanarySetting } from './environment-values.ts';
import type { MonitoringChoice } from './monitoring/choice.ts';

/** The monitoring of a deployment. */
export interface WatchEnvironment {
  /**
   * Alarms, their topic, and the dashboard. `off`: there is no monitoring.
   * @default - alarms with a topic that the stack makes, and a dashboard
   */
  readonly monitoring?: MonitoringChoice | 'off';

  /**
   * A function that asks the deployment from outside, by a schedule, and has an alarm. It changes only the entries of
   * its own look-ups. `off`: there is none.
   *
   * @default 'off'
   */
  readonly canary?: CanarySetting | 'off';
}
