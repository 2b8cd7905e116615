import { Token } from 'aws-cdk-lib';
import { lookupDeadlineOf, parseSettings, type Settings } from '../functions/settings/settings.ts';
import { authSettings } from './auth.ts';
import { callersSetting } from './caller-plans.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { EnvironmentError } from './environment-rules.ts';
import { GATEWAY_LIMIT_MS, MARGIN_MS } from './time-limits.ts';

/**
 * The settings as the functions will parse them. So a wrong setting stops the synthesis, and not the first look-up. A
 * value that is known only at deployment is replaced by an allowed one.
 *
 * @throws {SettingsError} if one is wrong
 */
export function settingsOf({ settings, upstreamBaseUrl, callers, auth }: DeploymentEnvironment): Settings {
  const isKnown = upstreamBaseUrl !== undefined && !Token.isUnresolved(upstreamBaseUrl);
  return parseSettings({
    ...settings,
    ...(callers && { CALLERS: callersSetting(callers) }),
    ...authSettings(auth),
    UPSTREAM_BASE_URL: isKnown ? upstreamBaseUrl : 'https://upstream.invalid',
    UPSTREAM_CREDENTIALS_ARN: 'arn',
    CACHE_TABLE: 'table',
    CACHE_KEY_SECRET: 'secret',
  });
}

/**
 * The deadline of a look-up, in milliseconds.
 *
 * @throws {EnvironmentError} if it is longer than the gateway waits
 */
export function deadlineWithinGateway(settings: Settings): number {
  const { upstream, cache } = settings;
  const deadlineMs = lookupDeadlineOf(settings);
  if (deadlineMs + MARGIN_MS > GATEWAY_LIMIT_MS) {
    throw new EnvironmentError(
      `UPSTREAM_TIMEOUT_MS is ${upstream.timeoutMs} and CACHE_TIMEOUT_MS is ${cache.timeoutMs}: a look-up may take ` +
        `2 × (${upstream.timeoutMs} + ${cache.timeoutMs}) + 1000 = ${deadlineMs} ms. Allowed is ` +
        `${GATEWAY_LIMIT_MS - MARGIN_MS} ms, since API Gateway waits ${GATEWAY_LIMIT_MS} ms. Lower one of them.`,
    );
  }
  return deadlineMs;
}
