import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type Canary, canaryPeriodOf } from '../canary.ts';
import { lookupsIn } from '../canary-rules.ts';
import type { DeploymentEnvironment } from '../deployment-environment.ts';
import { memoryOf, prefixOf, quotaOf } from '../environment-defaults.ts';
import type { LookasideFunction } from '../lookaside-function.ts';
import type { ApiMetrics } from './api-metrics.ts';
import { type Measures, PERIOD } from './measures.ts';
import { Monitoring } from './monitoring.ts';

/** The deployment to watch. */
export interface WatchOptions {
  readonly environment: DeploymentEnvironment;
  readonly measures: Measures;
  readonly api: ApiMetrics;
  /** The functions, by the folders of their entries. */
  readonly functions: Readonly<Record<string, LookasideFunction>>;
  readonly canary: Canary | undefined;
  readonly tableName: string;
  /** The topic of alarms. If the environment names one, this does not count. Undefined: the stack makes a topic. */
  readonly topic: ITopic | undefined;
}

/** Watches a deployment as its environment says; undefined: the environment says `off`. */
export function watch(scope: Construct, options: WatchOptions): Monitoring | undefined {
  const { environment, measures, functions, canary, tableName, topic, api } = options;
  const { monitoring = {}, canary: setting = 'off' } = environment;
  if (monitoring === 'off') return undefined;
  const functionNames = Object.fromEntries(
    Object.entries(functions).map(([entry, { lambda }]) => [entry, lambda.functionName]),
  );
  const name = prefixOf(environment);
  return new Monitoring(scope, 'Monitoring', {
    name,
    measures,
    functionNames,
    api,
    quota: quotaOf(environment),
    canary:
      canary === undefined || setting === 'off'
        ? undefined
        : {
            functionName: canary.function.lambda.functionName,
            everyMinutes: canaryPeriodOf(environment) ?? 0,
            lookups: lookupsIn(PERIOD.toMinutes(), setting),
          },
    expectsEvents: monitoring.expectsEvents ?? false,
    topicArn: monitoring.topicArn,
    topic,
    metered: { functionNames: Object.values(functionNames), memoryMb: memoryOf(environment), tableName, api },
  });
}
