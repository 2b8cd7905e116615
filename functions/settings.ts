import * as z from 'zod/mini';
import type { Api } from './customer/canonical-request.ts';
import { isCountry } from './customer/countries.ts';
import { EMBEDS, type Embed, sortEmbeds, toEmbed } from './customer/embed.ts';
import { isExtraParameterName, MAX_EXTRA_PARAMETERS } from './customer/extra-parameters.ts';
import { compileProjection, type Projection } from './customer/projection.ts';
import { lookupDeadlineMs, type TimeLimits } from './lookup/fleet.ts';

/**
 * The settings of the functions: the environment, parsed once. The one contract between what runs and what is deployed,
 * and the only place that reads `process.env`.
 */
export interface Settings {
  readonly upstream: UpstreamSettings;
  readonly cache: CacheSettings;
  readonly freshness: FreshnessSettings;
  readonly customer: CustomerSettings;
  /** Origins whose pages may read answers (kiosks). Default: none. */
  readonly corsOrigins: readonly string[];
  /** What the webhook's `Authorization` must be one of; empty where no webhook is served. Default: empty. */
  readonly webhookSecrets: readonly string[];
  /** The function that revalidates: its name or ARN. Default: `lookaside-revalidate`. */
  readonly revalidateFunction: string;
  readonly logLevel: LogLevel;
}

export interface UpstreamSettings {
  /** Scheme, host and optional path prefix, without a slash at its end. https; http only on loopback. */
  readonly baseUrl: string;
  readonly credentials: CredentialsSource;
  /** The whole budget of one fetch from the upstream, retry included. Default: 2500. */
  readonly timeoutMs: number;
  /** How long a usable stale entry waits for the upstream. Default: 600. */
  readonly staleSoftTimeoutMs: number;
}

/** Where the upstream's credentials come from: the environment itself, or a secret that is read when first needed. */
export type CredentialsSource =
  | { readonly kind: 'inline'; readonly credentials: Credentials }
  | { readonly kind: 'secret'; readonly arn: string };

/** Basic: a till's name and password. OAuth: a client's key and secret. */
export type Credentials =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'oauth'; readonly key: string; readonly secret: string };

export interface CacheSettings {
  /** `bypass`: straight through, nothing read or stored. Default: `on`. */
  readonly mode: 'on' | 'bypass';
  /** The DynamoDB table. Default: `lookaside`. */
  readonly table: string;
  /** After which the store counts as down for a look-up. Default: 150. */
  readonly timeoutMs: number;
  /** HMAC keys of the cache keys. Reads and writes use the first; the others are those being rotated in or out. */
  readonly keySecrets: readonly [string, ...string[]];
}

export interface FreshnessSettings {
  /** How long a reply is fresh, counted from when the upstream was asked. 0: never. Default: 300 000. */
  readonly freshForMs: number;
  /** How long after freshness an entry may be served while it is revalidated. 0: not at all. Default: 900 000. */
  readonly staleWhileRevalidateMs: number;
  /** How long after freshness an entry may stand in for a failing upstream. 0: not at all. Default: 86 400 000. */
  readonly staleIfErrorMs: number;
  /** How long "not found" is fresh. 0: never cached. Default: 15 000. */
  readonly notFoundFreshForMs: number;
}

export interface CustomerSettings {
  /** ISO 3166-1 alpha-2: the country of mobile numbers that come without a country code. Default: `IN`. */
  readonly defaultCountry: string;
  /** The identifier that finds a customer when dual eligibility is on. Default: dual eligibility is off. */
  readonly primaryIdentifier: PrimaryIdentifier | undefined;
  /** Sections fetched with every look-up, so that tills and kiosks share one entry. Default: none. */
  readonly embedAlways: readonly Embed[];
  /** Further parameters that both look-ups accept and pass on, by their names. Default: none. */
  readonly extraParameters: readonly string[];
  /** What is kept of a reply, by the API that gave it. Default: the till's profile. */
  readonly profileFields: Readonly<Record<Api, Projection>>;
}

export const PRIMARY_IDENTIFIERS = ['mobile', 'email', 'externalId'] as const;
export type PrimaryIdentifier = (typeof PRIMARY_IDENTIFIERS)[number];

export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The till's profile: what a till shows of a customer (upstream notes §6). */
export const TILL_PROFILE =
  'id,profiles(firstName,lastName,identifiers(type,value)),loyaltyInfo(loyaltyType,lifetimePurchases),' +
  'loyaltyProgramDetails(programId,programTitle,currentSlab,currentSlabDescription,slabSNo,slabExpiryDate,nextSlab,' +
  'nextSlabSerialNumber,nextSlabDescription,loyaltyPoints,totalAvailablePoints,delayedPoints,' +
  'programPointsToCurrencyRatio,upgradeStrategies,gapToRenewSummary),cardDetails(cardNumber,type,seriesCode,' +
  'seriesName,expiryDate,statusInfo(status,label,isActive)),segments,warnings';

/** The till's profile of v1.1: who it is, tier, points, coupons, store and till. */
export const TILL_PROFILE_V1 =
  'user_id,firstname,lastname,mobile,email,external_id,type,current_slab,lifetime_points,lifetime_purchases,' +
  'loyalty_points,coupons,registered_store,registered_till';

/** Thrown when a setting is wrong or missing: names each, its value (not a secret's), and what is allowed. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const DAY_SECONDS = 86_400;
/** All windows together: the customer index (design decision 6) outlives every entry by a day. */
const MAX_WINDOWS_SECONDS = 30 * DAY_SECONDS;

interface Setting<T> {
  /** What is allowed, to complete the sentence "…; allowed is". */
  readonly allowed: string;
  /** The text that stands for an absent setting; absent itself where the setting is required. */
  readonly default?: string;
  /** Its value is never shown. */
  readonly isSecret?: true;
  readonly schema: z.ZodMiniType<T, unknown>;
}

/** A schema of the texts for which `parse` gives a value; it gives undefined, or throws, for the others. */
function text<T>(parse: (text: string) => T | undefined): z.ZodMiniType<T, unknown> {
  return z.pipe(
    z.string(),
    z.transform((value, context) => {
      try {
        const parsed = parse(value);
        if (parsed !== undefined) return parsed;
      } catch {
        // What is wrong with it is said by `allowed`; a parser's message could repeat a secret.
      }
      context.issues.push({ code: 'custom', input: '', message: 'not allowed' });
      return z.NEVER;
    }),
  ) as z.ZodMiniType<T, unknown>;
}

function wholeNumber(minimum: number, maximum: number): z.ZodMiniType<number, unknown> {
  return text((value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= minimum && number <= maximum ? number : undefined;
  });
}

function oneOf<T extends string>(allowed: readonly T[]): z.ZodMiniType<T, unknown> {
  return text((value) => allowed.find((candidate) => candidate === value));
}

/** Comma-separated, outer spaces cut, empty elements dropped. */
function elements(value: string): string[] {
  return value
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

function toBaseUrl(value: string): string | undefined {
  const url = new URL(value);
  const isLoopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname);
  const isAllowedScheme = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
  const isPlain = url.username === '' && url.password === '' && !/[?#]/.test(value);
  return isAllowedScheme && isPlain ? url.href.replace(/\/+$/, '') : undefined;
}

const nonEmpty = z.string().check(z.minLength(1));
const CredentialsDocument = z.union([
  z.strictObject({ username: nonEmpty, password: nonEmpty }),
  z.strictObject({ key: nonEmpty, secret: nonEmpty }),
]);

/**
 * Reads the upstream's credentials from their JSON: `{"username","password"}` or `{"key","secret"}`.
 * Undefined when it is neither; no error, whose message could repeat it.
 */
export function parseCredentials(json: string): Credentials | undefined {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return undefined;
  }
  const parsed = CredentialsDocument.safeParse(document);
  if (!parsed.success) return undefined;
  return 'username' in parsed.data ? { kind: 'basic', ...parsed.data } : { kind: 'oauth', ...parsed.data };
}

function toEmbeds(value: string): readonly Embed[] | undefined {
  const embeds = elements(value).map(toEmbed);
  return embeds.every((embed) => embed !== undefined) ? sortEmbeds(embeds) : undefined;
}

function toExtraParameters(value: string): readonly string[] | undefined {
  const names = [...new Set(elements(value))].sort();
  return names.length <= MAX_EXTRA_PARAMETERS && names.every(isExtraParameterName) ? names : undefined;
}

function toOrigins(value: string): readonly string[] | undefined {
  const origins = elements(value);
  return origins.every((origin) => /^https?:/.test(origin) && new URL(origin).origin === origin) ? origins : undefined;
}

function toKeySecrets(value: string): readonly [string, ...string[]] | undefined {
  const [first, ...others] = elements(value);
  return first === undefined ? undefined : [first, ...others];
}

const SETTINGS = {
  UPSTREAM_BASE_URL: {
    allowed: 'an https address without user, query or fragment (http only on loopback)',
    schema: text(toBaseUrl),
  } satisfies Setting<string>,
  UPSTREAM_CREDENTIALS: {
    allowed: 'JSON, {"username","password"} or {"key","secret"}, each a non-empty text',
    isSecret: true,
    default: '',
    schema: text((value) => (value === '' ? null : parseCredentials(value))),
  } satisfies Setting<Credentials | null>,
  UPSTREAM_CREDENTIALS_ARN: {
    allowed: 'the ARN or name of the secret that holds the credentials',
    default: '',
    schema: z.string(),
  } satisfies Setting<string>,
  UPSTREAM_TIMEOUT_MS: {
    allowed: 'a whole number of milliseconds, 1 to 60000',
    default: '2500',
    schema: wholeNumber(1, 60_000),
  } satisfies Setting<number>,
  STALE_SOFT_TIMEOUT_MS: {
    allowed: 'a whole number of milliseconds, 1 to 60000',
    default: '600',
    schema: wholeNumber(1, 60_000),
  } satisfies Setting<number>,
  REVALIDATE_FUNCTION: {
    allowed: 'the name or ARN of a Lambda function',
    default: 'lookaside-revalidate',
    schema: text((value) => (/^[\w:.$-]{1,170}$/.test(value) ? value : undefined)),
  } satisfies Setting<string>,
  WEBHOOK_SECRET: {
    allowed: 'a secret text, or two with a comma between them while rotating',
    isSecret: true,
    default: '',
    schema: text(elements),
  } satisfies Setting<readonly string[]>,
  CACHE_MODE: {
    allowed: 'on or bypass',
    default: 'on',
    schema: oneOf(['on', 'bypass'] as const),
  } satisfies Setting<'on' | 'bypass'>,
  CACHE_TABLE: {
    allowed: 'the name or ARN of a DynamoDB table',
    default: 'lookaside',
    schema: text((value) => (/^[\w.:/-]{3,1024}$/.test(value) ? value : undefined)),
  } satisfies Setting<string>,
  CACHE_TIMEOUT_MS: {
    allowed: 'a whole number of milliseconds, 1 to 60000',
    default: '150',
    schema: wholeNumber(1, 60_000),
  } satisfies Setting<number>,
  CACHE_KEY_SECRET: {
    allowed: 'a secret text, or several with commas between them while rotating (the first is used)',
    isSecret: true,
    schema: text(toKeySecrets),
  } satisfies Setting<readonly [string, ...string[]]>,
  FRESH_SECONDS: {
    allowed: `a whole number of seconds, 0 to ${MAX_WINDOWS_SECONDS}`,
    default: '300',
    schema: wholeNumber(0, MAX_WINDOWS_SECONDS),
  } satisfies Setting<number>,
  STALE_WHILE_REVALIDATE_SECONDS: {
    allowed: `a whole number of seconds, 0 to ${MAX_WINDOWS_SECONDS}`,
    default: '900',
    schema: wholeNumber(0, MAX_WINDOWS_SECONDS),
  } satisfies Setting<number>,
  STALE_IF_ERROR_SECONDS: {
    allowed: `a whole number of seconds, 0 to ${MAX_WINDOWS_SECONDS}`,
    default: '86400',
    schema: wholeNumber(0, MAX_WINDOWS_SECONDS),
  } satisfies Setting<number>,
  NOT_FOUND_FRESH_SECONDS: {
    allowed: `a whole number of seconds, 0 to ${MAX_WINDOWS_SECONDS}`,
    default: '15',
    schema: wholeNumber(0, MAX_WINDOWS_SECONDS),
  } satisfies Setting<number>,
  DEFAULT_COUNTRY: {
    allowed: 'the ISO 3166-1 alpha-2 code of a country, such as IN or GB',
    default: 'IN',
    schema: text((value) => (isCountry(value) ? value : undefined)),
  } satisfies Setting<string>,
  PRIMARY_IDENTIFIER: {
    allowed: `${PRIMARY_IDENTIFIERS.join(', ')}, or nothing`,
    default: '',
    schema: text((value) => (value === '' ? null : PRIMARY_IDENTIFIERS.find((name) => name === value))),
  } satisfies Setting<PrimaryIdentifier | null>,
  EMBED_ALWAYS: {
    allowed: `a list, with commas between, of ${EMBEDS.join(', ')}`,
    default: '',
    schema: text(toEmbeds),
  } satisfies Setting<readonly Embed[]>,
  EXTRA_PARAMETERS: {
    allowed:
      `a list, with commas between, of up to ${MAX_EXTRA_PARAMETERS} names, each of 1 to 64 letters, digits, _ - and . ` +
      'that starts with a letter, and none of them a documented parameter of either API in any letter case',
    default: '',
    schema: text(toExtraParameters),
  } satisfies Setting<readonly string[]>,
  PROFILE_FIELDS: {
    allowed: 'a projection such as id,profiles(firstName,identifiers/value), or * for everything',
    default: TILL_PROFILE,
    schema: text(compileProjection),
  } satisfies Setting<Projection>,
  PROFILE_FIELDS_V1: {
    allowed: 'a projection such as user_id,firstname,coupons/coupon/code, or * for everything',
    default: TILL_PROFILE_V1,
    schema: text(compileProjection),
  } satisfies Setting<Projection>,
  CORS_ORIGINS: {
    allowed: 'origins such as https://kiosk.example, with commas between them, or nothing',
    default: '',
    schema: text(toOrigins),
  } satisfies Setting<readonly string[]>,
  LOG_LEVEL: {
    allowed: LOG_LEVELS.join(', '),
    default: 'INFO',
    schema: oneOf(LOG_LEVELS),
  } satisfies Setting<LogLevel>,
};

/** The name of a setting, as it stands in the environment. */
export type SettingName = keyof typeof SETTINGS;

/** Every setting's name. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

type Values = { [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> };

/** The environment of a process, as Node gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the settings out of an environment. An empty text counts as absent.
 *
 * @throws {SettingsError} when one is wrong or missing; the message names every such setting
 */
export function parseSettings(environment: Environment): Settings {
  const values: Partial<Record<SettingName, unknown>> = {};
  const problems: string[] = [];
  for (const name of SETTING_NAMES) {
    const setting: Setting<unknown> = SETTINGS[name];
    const given = environment[name]?.trim() || undefined;
    const parsed = setting.schema.safeParse(given ?? setting.default);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(describe(name, given, setting));
  }
  if (problems.length === 0) problems.push(...contradictions(values as Values));
  if (problems.length > 0) throw new SettingsError(`Wrong settings. ${problems.join(' ')}`);
  return toSettings(values as Values);
}

function describe(name: SettingName, given: string | undefined, { allowed, isSecret }: Setting<unknown>): string {
  const value =
    given === undefined ? 'missing' : isSecret ? 'wrong (its value is a secret)' : JSON.stringify(withoutUser(given));
  return `${name} is ${value}; allowed is ${allowed}.`;
}

/** The text without the name and password that an address may carry. */
function withoutUser(value: string): string {
  return value.replace(/\/\/[^/]*@/, '//(user)@');
}

/** What is wrong with settings that are each well-formed. */
function contradictions(values: Values): string[] {
  const problems: string[] = [];
  const isInline = values.UPSTREAM_CREDENTIALS !== null;
  const isSecret = values.UPSTREAM_CREDENTIALS_ARN !== '';
  if (isInline === isSecret) {
    problems.push(
      `UPSTREAM_CREDENTIALS and UPSTREAM_CREDENTIALS_ARN are ${isInline ? 'both set' : 'both missing'}; ` +
        'allowed is exactly one of them: the credentials as JSON, or the ARN of the secret that holds them.',
    );
  }
  const windows = ['FRESH_SECONDS', 'STALE_WHILE_REVALIDATE_SECONDS', 'STALE_IF_ERROR_SECONDS'] as const;
  const windowsSeconds = windows.reduce((sum, name) => sum + values[name], 0);
  if (windowsSeconds > MAX_WINDOWS_SECONDS) {
    problems.push(
      `${windows.map((name) => `${name} is ${values[name]}`).join(', ')}; ` +
        `allowed is ${MAX_WINDOWS_SECONDS} (30 days) for all of them together.`,
    );
  }
  return problems;
}

function toSettings(values: Values): Settings {
  return {
    upstream: {
      baseUrl: values.UPSTREAM_BASE_URL,
      credentials:
        values.UPSTREAM_CREDENTIALS === null
          ? { kind: 'secret', arn: values.UPSTREAM_CREDENTIALS_ARN }
          : { kind: 'inline', credentials: values.UPSTREAM_CREDENTIALS },
      timeoutMs: values.UPSTREAM_TIMEOUT_MS,
      staleSoftTimeoutMs: values.STALE_SOFT_TIMEOUT_MS,
    },
    cache: {
      mode: values.CACHE_MODE,
      table: values.CACHE_TABLE,
      timeoutMs: values.CACHE_TIMEOUT_MS,
      keySecrets: values.CACHE_KEY_SECRET,
    },
    freshness: {
      freshForMs: values.FRESH_SECONDS * 1000,
      staleWhileRevalidateMs: values.STALE_WHILE_REVALIDATE_SECONDS * 1000,
      staleIfErrorMs: values.STALE_IF_ERROR_SECONDS * 1000,
      notFoundFreshForMs: values.NOT_FOUND_FRESH_SECONDS * 1000,
    },
    customer: {
      defaultCountry: values.DEFAULT_COUNTRY,
      primaryIdentifier: values.PRIMARY_IDENTIFIER ?? undefined,
      embedAlways: values.EMBED_ALWAYS,
      extraParameters: values.EXTRA_PARAMETERS,
      profileFields: { v2: values.PROFILE_FIELDS, 'v1.1': values.PROFILE_FIELDS_V1 },
    },
    corsOrigins: values.CORS_ORIGINS,
    webhookSecrets: values.WEBHOOK_SECRET,
    revalidateFunction: values.REVALIDATE_FUNCTION,
    logLevel: values.LOG_LEVEL,
  };
}

/** By when a look-up is answered under these settings. Milliseconds. */
export function lookupDeadlineOf(settings: Settings): number {
  return lookupDeadlineMs(timeLimitsOf(settings));
}

/** The time limits of a look-up under these settings. */
export function timeLimitsOf({ upstream, cache }: Settings): TimeLimits {
  return { upstreamTimeoutMs: upstream.timeoutMs, storeTimeoutMs: cache.timeoutMs };
}

/**
 * The settings of this process.
 *
 * @throws {SettingsError} as `parseSettings`
 */
export function readSettings(): Settings {
  return parseSettings(process.env);
}
