import type { CanarySetting } from './environment-values.ts';
import type { MonitoringChoice } from './monitoring/choice.ts';

/** How a deployment is watched. */
export interface WatchEnvironment {
  /**
   * What watches the deployment: alarms, the dashboard, where messages go. `off`: nothing does.
   *
   * @default - alarms that go to a topic that is made, and a dashboard
   */
  readonly monitoring?: MonitoringChoice | 'off';

  /**
   * A function that asks the deployment from outside, by a schedule, and has an alarm. It only reads. `off`: there is none.
   *
   * @default 'off'
   */
  readonly canary?: CanarySetting | 'off';
}
