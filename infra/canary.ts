import { Duration } from 'aws-cdk-lib';
import { ApiKey, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeOnlyStage } from './api-findings.ts';
import { authKindOf } from './auth.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { memoryOf, prefixOf } from './environment-defaults.ts';
import { CANARY_APIS, CANARY_EVERY_MINUTES } from './environment-values.ts';
import type { Front } from './front.ts';
import { LookasideFunction } from './lookaside-function.ts';
import { V1_PATH, V2_PATH } from './routes.ts';
import { CanaryKey, type DeployedSecretProps } from './secrets.ts';

/** The deployment that the canary watches, and what the canary runs. */
export interface CanaryProps {
  readonly environment: DeploymentEnvironment;
  readonly front: Pick<Front, 'restApi' | 'callArn'>;
  /** The address at which the routes begin. */
  readonly url: string;
  /** Folder of the bundle. */
  readonly bundle: string;
  readonly encryptionKey: DeployedSecretProps['encryptionKey'];
  readonly logRetentionDays: number;
}

/** How many requests a second the canary may make. A run makes two look-ups for each API, one after the other. */
const PACE = { rateLimit: 2, burstLimit: 5 };
/** The time for four look-ups, if each takes as long as the gateway waits. */
const TIMEOUT = Duration.seconds(120);

/** The paths of the canary's look-ups. */
const PATHS: Readonly<Record<(typeof CANARY_APIS)[number], string>> = { v2: V2_PATH, 'v1.1': V1_PATH };

/** How often the canary of an environment runs. Minutes; undefined: there is no canary. */
export function canaryPeriodOf({ canary = 'off' }: DeploymentEnvironment): number | undefined {
  return canary === 'off' ? undefined : (canary.everyMinutes ?? CANARY_EVERY_MINUTES);
}

/**
 * A function that makes the smoke test's look-ups by a schedule. It asks from outside, through the API's own address.
 * It has its own API key, or signs with its role if callers sign. The role may only write its log, and sign look-ups if
 * it has to. It has no right to the table, the secrets and the other functions: like a till, it only has the API.
 */
export class Canary extends Construct {
  readonly function: LookasideFunction;

  constructor(scope: Construct, id: string, props: CanaryProps, everyMinutes: number) {
    super(scope, id);
    const { environment, front, encryptionKey } = props;
    const { canary, settings } = environment;
    const prefix = prefixOf(environment);
    const { restApi } = front;
    const isKeyed = restApi !== undefined && authKindOf(environment) === 'apiKey';
    const credential = isKeyed ? { CANARY_KEY: this.#addKey(restApi, props) } : { CANARY_AUTH: 'iam' };
    // With dual eligibility the service stores no answer to a look-up by another identifier.
    const primary = settings?.PRIMARY_IDENTIFIER?.trim();
    const apis = canary === 'off' ? undefined : canary?.apis;
    this.function = new LookasideFunction(this, 'Function', {
      functionName: `${prefix}-canary`,
      description: 'Lookaside: asks the deployment from outside, by a schedule',
      bundle: props.bundle,
      timeout: TIMEOUT,
      memoryMb: memoryOf(environment),
      logRetentionDays: props.logRetentionDays,
      encryptionKey,
      environment: {
        CANARY_URL: props.url,
        ...credential,
        METRICS_ENVIRONMENT: environment.name,
        ...(primary && { CANARY_IDENTIFIER: primary }),
        ...(apis !== undefined && { CANARY_APIS: apis.join(',') }),
      },
    });
    if (!isKeyed) {
      const resources = CANARY_APIS.map((api) => front.callArn('GET', PATHS[api]));
      this.function.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['execute-api:Invoke'], resources }));
      acknowledgeOnlyStage(this.function.role, resources);
    }
    // A failed run is not repeated: the next one comes soon, and a repetition would hide a short fault.
    this.function.forgetFailedEvents();
    new Rule(this, 'Schedule', {
      ruleName: `${prefix}-canary`,
      description: `Runs ${prefix}-canary`,
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [
        new LambdaTarget(this.function.alias as IFunction, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }),
      ],
    });
  }

  /** Makes the key of the canary, in its own plan. @returns the reference to the key's value */
  #addKey(api: RestApi, { environment, encryptionKey }: CanaryProps): string {
    const name = `${prefixOf(environment)}-canary`;
    const { reference } = new CanaryKey(this, 'KeySecret', { encryptionKey });
    const key = new ApiKey(this, 'Key', {
      apiKeyName: name,
      description: 'Lookaside: key of the canary',
      value: reference,
    });
    const stages = [{ stage: api.deploymentStage }];
    api.addUsagePlan('CanaryPlan', { name, apiStages: stages, throttle: PACE }).addApiKey(key);
    return reference;
  }
}

/** Makes the canary, if the environment has one. */
export function addCanary(scope: Construct, props: CanaryProps): Canary | undefined {
  const everyMinutes = canaryPeriodOf(props.environment);
  return everyMinutes === undefined ? undefined : new Canary(scope, 'Canary', props, everyMinutes);
}
