import { SETTING_NAMES } from '../functions/settings/definitions.ts';
import type { ChosenSettings, StackSetting } from './deployment-environment.ts';
import { members, optional, type Rule, rule } from './rule.ts';

/** The settings that the stack decides, and what decides each. An environment may not set them. */
const STACK_SETTINGS: Readonly<Record<StackSetting, string>> = {
  UPSTREAM_BASE_URL: 'upstreamBaseUrl, or the parameter UpstreamBaseUrl',
  UPSTREAM_CREDENTIALS: 'npm run secret',
  UPSTREAM_CREDENTIALS_ARN: 'npm run secret',
  CACHE_TABLE: 'prefix',
  CACHE_KEY_SECRET: 'the secret KeySecretArn',
  REVALIDATE_FUNCTION: 'prefix',
  METRICS_ENVIRONMENT: 'name',
  OTHER_REGIONS: 'otherRegions',
  CALLERS: 'callers',
  CALLER_AUTH: 'auth',
  CALLER_CLAIM: 'auth.callerClaim',
  CLASS_CLAIM: 'auth.classClaim',
  WEBHOOK_SECRET: 'the secret WebhookSecretArn',
};

const isDecided = (name: string): name is StackSetting => Object.hasOwn(STACK_SETTINGS, name);

const CHOSEN = members(
  Object.fromEntries(
    SETTING_NAMES.filter((name) => !isDecided(name)).map((name) => [
      name,
      optional(rule("a text, also for a number: '300'", (value) => typeof value === 'string')),
    ]),
  ) satisfies Partial<Record<keyof ChosenSettings, Rule>>,
);

/** Checks only the names of settings. The functions' own parser checks the values (`settingsOf`). */
export const SETTINGS: Rule = (value, name) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return CHOSEN(value, name);
  const given = Object.entries(value);
  const decided = given.flatMap(([each]) =>
    isDecided(each) ? [`${name}.${each} is set; allowed in its place is ${STACK_SETTINGS[each]}.`] : [],
  );
  return [...decided, ...CHOSEN(Object.fromEntries(given.filter(([each]) => !isDecided(each))), name)];
};
