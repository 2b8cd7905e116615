import { SETTING_NAMES } from '../functions/settings/definitions.ts';
import type { ChosenSettings, StackSetting } from './deployment-environment.ts';
import { members, optional, type Rule, rule } from './rule.ts';

/** The settings that the stack decides. An environment may not set them. */
const STACK_SETTINGS: Readonly<Record<StackSetting, true>> = {
  UPSTREAM_BASE_URL: true,
  UPSTREAM_CREDENTIALS: true,
  UPSTREAM_CREDENTIALS_ARN: true,
  CACHE_TABLE: true,
  CACHE_KEY_SECRET: true,
  REVALIDATE_FUNCTION: true,
  METRICS_ENVIRONMENT: true,
  OTHER_REGIONS: true,
  CALLERS: true,
  CALLER_AUTH: true,
  CALLER_CLAIM: true,
  CLASS_CLAIM: true,
  WEBHOOK_SECRET: true,
};

/** Checks only the names of settings. The functions' own parser checks the values (`settingsOf`). */
export const SETTINGS = members(
  Object.fromEntries(
    SETTING_NAMES.filter((name) => !Object.hasOwn(STACK_SETTINGS, name)).map((name) => [
      name,
      optional(rule('a text', (value) => typeof value === 'string')),
    ]),
  ) satisfies Partial<Record<keyof ChosenSettings, Rule>>,
);
