import { parseCredentials } from '../credentials.ts';
import { isCountry } from '../customer/identifier/countries.ts';
import { compileProjection, MAX_PROJECTION_LENGTH } from '../customer/reply/projection.ts';
import { MAX_EXTRA_PARAMETERS } from '../customer/request/extra-parameters.ts';
import { EMBEDS } from '../customer/v2/embed.ts';
import { CALL_LIMITS_ALLOWED, toCallLimits } from './call-limits.ts';
import { MAX_CALLERS_LENGTH, toCallerClasses } from './caller-classes.ts';
import { CALLER_PROOF } from './caller-proof.ts';
import type { Definition } from './definition.ts';
import {
  matching,
  oneOf,
  optional,
  toBaseUrl,
  toEmbeds,
  toExtraParameters,
  toFunctionArns,
  toKeySecrets,
  toOrigins,
  toShare,
  toWebhookSecrets,
  wholeNumber,
} from './readers.ts';
import { TILL_PROFILE, TILL_PROFILE_V1 } from './till-profile.ts';

/** The identifiers that dual eligibility may have as the primary one. */
export const PRIMARY_IDENTIFIERS = ['mobile', 'email', 'externalId'] as const;
/** The identifier that finds a customer if dual eligibility is on. */
export type PrimaryIdentifier = (typeof PRIMARY_IDENTIFIERS)[number];

/** The levels of the log, the least important first. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT'] as const;
/** A level of the log. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const DAY_SECONDS = 86_400;
/**
 * The limit for all windows together. A customer's index outlives every entry by a day (docs/design.md, Invalidation
 * fences fills).
 */
export const MAX_WINDOWS_SECONDS = 30 * DAY_SECONDS;

/** Every setting of the functions, by its name in the environment. */
const DEFINITIONS = {
  UPSTREAM_BASE_URL: {
    allowed:
      'an https address without space, user, query or fragment (http only on loopback), and without an API at its end: ' +
      'the service adds /v2/… and /v1.1/… itself',
    read: toBaseUrl,
  },
  UPSTREAM_CREDENTIALS: {
    allowed: 'JSON, {"username","password"} or {"key","secret"}, each a non-empty text, the username without a colon',
    isSecret: true,
    default: '',
    read: optional(parseCredentials),
  },
  UPSTREAM_CREDENTIALS_ARN: {
    allowed: 'the ARN or name of a secret in Secrets Manager: the one that holds the credentials',
    default: '',
    read: matching(/^$|^(?:arn:[\w-]+:secretsmanager:[\w-]*:\w*:secret:)?[\w/+=.@-]{1,512}$/),
  },
  UPSTREAM_TIMEOUT_MS: {
    allowed: 'a whole number of milliseconds, 1 to 60000',
    default: '2500',
    read: wholeNumber(1, 60_000),
  },
  STALE_SOFT_TIMEOUT_MS: {
    allowed: 'a whole number of milliseconds, 1 to 60000',
    default: '600',
    read: wholeNumber(1, 60_000),
  },
  UPSTREAM_CALLS_PER_MINUTE: {
    allowed: CALL_LIMITS_ALLOWED,
    default: '',
    read: optional(toCallLimits),
  },
  REVALIDATE_FUNCTION: {
    allowed: 'the name or ARN of a Lambda function',
    default: 'lookaside-revalidate',
    read: matching(/^(?:(?:arn:[\w-]+:lambda:[\w-]+:)?\d{12}:function:)?[\w-]{1,64}(?::[\w$-]{1,128})?$/),
  },
  WEBHOOK_SECRET: {
    allowed: 'a secret text, or two with a comma between them while rotating',
    isSecret: true,
    default: '',
    read: toWebhookSecrets,
  },
  OTHER_REGIONS: {
    allowed:
      'the ARNs of up to 10 functions lookaside-invalidate in other regions, each once, with commas between them, or nothing',
    default: '',
    read: toFunctionArns,
  },
  CACHE_MODE: {
    allowed: 'on or bypass',
    default: 'on',
    read: oneOf(['on', 'bypass'] as const),
  },
  CACHE_TABLE: {
    allowed: 'the ARN of a DynamoDB table, or its name: 3 to 255 letters, digits, dots, hyphens and underscores',
    default: 'lookaside',
    read: matching(/^(?:arn:[\w-]+:dynamodb:[\w-]*:\w*:table\/)?[\w.-]{3,255}$/),
  },
  CACHE_TIMEOUT_MS: {
    allowed: 'a whole number of milliseconds, 1 to 60000',
    default: '150',
    read: wholeNumber(1, 60_000),
  },
  STORE_READER: {
    allowed: 'direct or sdk',
    default: 'direct',
    read: oneOf(['direct', 'sdk'] as const),
  },
  CACHE_KEY_SECRET: {
    allowed: 'a secret text, or several with commas between them while rotating (the first is used)',
    isSecret: true,
    read: toKeySecrets,
  },
  FRESH_SECONDS: {
    allowed: `a whole number of seconds, 0 to ${MAX_WINDOWS_SECONDS}`,
    default: '300',
    read: wholeNumber(0, MAX_WINDOWS_SECONDS),
  },
  STALE_WHILE_REVALIDATE_SECONDS: {
    allowed: `a whole number of seconds, 0 to ${MAX_WINDOWS_SECONDS}`,
    default: '900',
    read: wholeNumber(0, MAX_WINDOWS_SECONDS),
  },
  STALE_IF_ERROR_SECONDS: {
    allowed: `a whole number of seconds, 0 to ${MAX_WINDOWS_SECONDS}`,
    default: '86400',
    read: wholeNumber(0, MAX_WINDOWS_SECONDS),
  },
  NOT_FOUND_FRESH_SECONDS: {
    allowed: `a whole number of seconds, 0 to ${MAX_WINDOWS_SECONDS}`,
    default: '15',
    read: wholeNumber(0, MAX_WINDOWS_SECONDS),
  },
  GUARD_NOT_FOUND_LIMIT: {
    allowed: '0 (no caller is refused), or a whole number of look-ups, 20 to 1000000',
    default: '0',
    read: (text: string) => wholeNumber(0, 0)(text) ?? wholeNumber(20, 1_000_000)(text),
  },
  GUARD_NOT_FOUND_SHARE: {
    allowed: 'a whole number of percent, 0 to 99',
    default: '80',
    read: wholeNumber(0, 99),
  },
  AUDIT_SHARE: {
    allowed: 'a share from 0 to 1, such as 0.01',
    default: '0',
    read: toShare,
  },
  DEFAULT_COUNTRY: {
    allowed: 'the ISO 3166-1 alpha-2 code of a country in capital letters, such as IN or GB',
    default: 'IN',
    read: (text: string) => (isCountry(text) ? text : undefined),
  },
  PRIMARY_IDENTIFIER: {
    allowed: `${PRIMARY_IDENTIFIERS.join(', ')}, or nothing`,
    default: '',
    read: optional(oneOf(PRIMARY_IDENTIFIERS)),
  },
  // A section of v1.1 would make two look-ups of each, and a source that v1.1 does not know would be refused.
  EMBED_ALWAYS: {
    allowed: `a list, with commas between, of ${EMBEDS.join(', ')}`,
    default: '',
    read: toEmbeds,
  },
  EXTRA_PARAMETERS: {
    allowed:
      `a list, with commas between, of up to ${MAX_EXTRA_PARAMETERS} names, each of 1 to 64 letters, digits, _ - and . ` +
      'that starts with a letter, and none of them a documented parameter of either API or member of a payload, in any letter case',
    default: '',
    read: toExtraParameters,
  },
  PROFILE_FIELDS: {
    allowed: `a projection such as id,profiles(firstName,identifiers/value), of up to ${MAX_PROJECTION_LENGTH} characters, or * for everything`,
    default: TILL_PROFILE,
    read: compileProjection,
  },
  PROFILE_FIELDS_V1: {
    allowed: `a projection such as user_id,firstname,coupons/coupon/code, of up to ${MAX_PROJECTION_LENGTH} characters, or * for everything`,
    default: TILL_PROFILE_V1,
    read: compileProjection,
  },
  CORS_ORIGINS: {
    allowed:
      'origins as browsers write them, such as https://kiosk.example (host in lower case; no path, no / at the end and ' +
      'no usual port), with commas between them, or nothing',
    default: '',
    read: toOrigins,
  },
  CALLERS: {
    allowed:
      'JSON, an object of classes of callers by their names (docs/settings.md, Classes of callers), one of them at most the ' +
      `default, of up to ${MAX_CALLERS_LENGTH} characters, or nothing`,
    default: '',
    read: optional(toCallerClasses),
  },
  ...CALLER_PROOF,
  METRICS_ENVIRONMENT: {
    allowed: '1 to 64 letters, digits, dots, hyphens and underscores',
    default: 'local',
    read: matching(/^[\w.-]{1,64}$/),
  },
  LOG_LEVEL: {
    allowed: LOG_LEVELS.join(', '),
    default: 'INFO',
    read: oneOf(LOG_LEVELS),
  },
} satisfies Readonly<Record<string, Definition<unknown>>>;

/** The name of a setting, as it is in the environment. */
export type SettingName = keyof typeof DEFINITIONS;

/** Every setting's name. */
export const SETTING_NAMES = Object.keys(DEFINITIONS) as readonly SettingName[];

/** The definition of a setting of any type. */
export function definitionOf(name: SettingName): Definition<unknown> {
  return DEFINITIONS[name];
}

/** The value of each setting's text. */
export type SettingValues = {
  readonly [Name in SettingName]: NonNullable<ReturnType<(typeof DEFINITIONS)[Name]['read']>> | NullOf<Name>;
};
type NullOf<Name extends SettingName> = Extract<ReturnType<(typeof DEFINITIONS)[Name]['read']>, null>;
