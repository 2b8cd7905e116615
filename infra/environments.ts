import type { DeploymentEnvironment } from './deployment-environment.ts';
import { EnvironmentError } from './environment-rules.ts';

/**
 * For a trial: the limits are small, everything can be deleted, and no concurrency is reserved, because a new account
 * has little.
 */
const sandbox: DeploymentEnvironment = {
  name: 'sandbox',
  revalidationConcurrency: 'unlimited',
  invalidationConcurrency: 'unlimited',
};

/** For a fleet of tills. */
const production: DeploymentEnvironment = {
  name: 'production',
  isProtected: true,
  hasOwnKey: true,
  logRetentionDays: 90,
  throttle: { perSecond: 200, burst: 400 },
  quota: { requests: 20_000_000, per: 'MONTH' },
  webhookThrottle: { perSecond: 200, burst: 100 },
  // What the gateway lets through to the webhook at once (112), and a little more for cache administration.
  invalidationConcurrency: 120,
  // An account usually has 1000. The rest is for revalidation, invalidation and the account's other functions.
  httpConcurrency: 600,
  release: '10-percent-for-5-minutes',
  // If a key finds no customer a thousand times in ten minutes, and almost never finds one, its holder is not a till.
  settings: { GUARD_NOT_FOUND_LIMIT: '1000', GUARD_NOT_FOUND_SHARE: '90' },
  canary: { everyMinutes: 5 },
  // Requests in five minutes. From one address: 100 a second (a fleet behind one address needs more). With one key:
  // twice as many as its plan allows.
  firewall: { perAddress: 30_000, perKey: 120_000 },
};

/** The environments that can be deployed, by their names. */
export const ENVIRONMENTS: Readonly<Record<string, DeploymentEnvironment>> = { sandbox, production };

/**
 * The options of the command line (`cdk deploy -c name=value`). They override this file. Each is a text, or absent.
 */
export interface CommandLine {
  /**
   * A name in `ENVIRONMENTS`.
   *
   * @default 'sandbox'
   */
  readonly environment?: string | undefined;
  /** The upstream's address. */
  readonly upstreamBaseUrl?: string | undefined;
  /** The AWS account. It needs `region` too. */
  readonly account?: string | undefined;
  /** The AWS region. It needs `account` too. */
  readonly region?: string | undefined;
  /** `true`: this stack makes the role of the gateway's logs. */
  readonly ownsGatewayLogRole?: string | undefined;
  /** The key secret's version. */
  readonly keySecretVersion?: string | undefined;
  /** The version of the webhook's secret. */
  readonly webhookSecretVersion?: string | undefined;
}

/** The names of `CommandLine`. */
export const COMMAND_LINE_NAMES = [
  'environment',
  'upstreamBaseUrl',
  'account',
  'region',
  'ownsGatewayLogRole',
  'keySecretVersion',
  'webhookSecretVersion',
] as const satisfies readonly (keyof CommandLine)[];

/**
 * The environment of the command line.
 * @param environments the possible environments, by name
 * @throws {EnvironmentError} if there is none of that name
 */
export function chooseEnvironment(
  { environment: name = 'sandbox', ownsGatewayLogRole, ...over }: CommandLine,
  environments = ENVIRONMENTS,
): DeploymentEnvironment {
  const chosen = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (chosen === undefined) {
    const names = Object.keys(environments).join(', ');
    throw new EnvironmentError(
      `The environment is ${JSON.stringify(name)}; allowed is ${names} (infra/environments.ts).`,
    );
  }
  if (chosen.name !== name) {
    throw new EnvironmentError(
      `The environment ${JSON.stringify(name)} has the name ${JSON.stringify(chosen.name)}; allowed is one word for both ` +
        '(infra/environments.ts).',
    );
  }
  const given = Object.entries(over).filter(([, value]) => value !== undefined);
  return {
    ...chosen,
    ...Object.fromEntries(given),
    ...(ownsGatewayLogRole === undefined ? {} : { ownsGatewayLogRole: toFlag(String(ownsGatewayLogRole)) }),
  };
}

function toFlag(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new EnvironmentError(`ownsGatewayLogRole is ${JSON.stringify(text)}; allowed is true, false.`);
}
