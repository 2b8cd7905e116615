import type { CallerClasses } from '../callers/caller-class.ts';
import type { Credentials } from '../credentials.ts';
import { type Projection, ProjectionError } from '../customer/reply/projection.ts';
import type { Api } from '../customer/request/canonical-request.ts';
import type { Embed } from '../customer/v2/embed.ts';
import { lookupDeadlineMs, type TimeLimits } from '../lookup/fleet.ts';
import type { FreshnessWindows } from '../lookup/freshness.ts';
import { type GuardLimits, toGuardLimits } from '../lookup/guard/limits.ts';
import type { CallLimits } from '../lookup/lookup-policy.ts';
import type { CallerProof } from '../rest/caller.ts';
import { type AwsEnvironment, readAwsEnvironment } from './aws-environment.ts';
import { CallerClassError } from './caller-classes.ts';
import { toCallerProof } from './caller-proof.ts';
import { type CanarySettings, parseCanarySettings } from './canary-settings.ts';
import type { Definition } from './definition.ts';
import {
  definitionOf,
  type LogLevel,
  type PrimaryIdentifier,
  SETTING_NAMES,
  type SettingName,
  type SettingValues,
} from './definitions.ts';
import { type MisspeltName, misspeltNames } from './misspelt-names.ts';
import { SettingsError } from './settings-error.ts';
import { contradictions, describeWrong, type ExplainedMistake } from './wrong-settings.ts';

/**
 * The settings of the functions: the environment, parsed once. It is the one contract between the code and the
 * deployment, and the only place that reads `process.env`.
 */
export interface Settings {
  readonly upstream: UpstreamSettings;
  readonly cache: CacheSettings;
  /** How long answers are usable. */
  readonly freshness: FreshnessWindows;
  readonly customer: CustomerSettings;
  /**
   * The limits above which a caller tries numbers out. Undefined: the service refuses no caller. Default: undefined.
   */
  readonly guard: GuardLimits | undefined;
  /** The share of the hits that the service compares with the upstream's present answer, 0 to 1. Default: 0. */
  readonly auditShare: number;
  /** The origins of pages that may read answers (kiosks). Default: none. */
  readonly corsOrigins: readonly string[];
  /** How callers of look-ups prove their identity. Default: by an API key. */
  readonly callerProof: CallerProof;
  /** The classes of callers; undefined: the same rules hold for all callers. Default: undefined. */
  readonly callers: CallerClasses | undefined;
  /** The allowed values of the webhook's `Authorization`; empty if no webhook is served. Default: empty. */
  readonly webhookSecrets: readonly string[];
  /** The ARNs of the functions of purges and events in other regions, which must act too. Default: none. */
  readonly otherRegions: readonly string[];
  /** The function that revalidates: its name or ARN. Default: `lookaside-revalidate`. */
  readonly revalidateFunction: string;
  readonly logLevel: LogLevel;
  /** The value of the metrics' dimension `environment`, which names the deployment. Default: `local`. */
  readonly metricsEnvironment: string;
  /** The environment's values for the AWS services. They are not settings of Lookaside: the AWS SDK reads them too. */
  readonly aws: AwsEnvironment;
}

/** How the service reaches the upstream. */
export interface UpstreamSettings {
  /** Scheme, host and optional path prefix, without a slash at its end. https; http only on loopback. */
  readonly baseUrl: string;
  readonly credentials: CredentialsSource;
  /** The whole budget of one fetch from the upstream, retry included. Default: 2500. */
  readonly timeoutMs: number;
  /** How long a look-up waits for the upstream before it serves a usable stale entry. Default: 600. */
  readonly staleSoftTimeoutMs: number;
  /** How many calls a minute the fleet may make, to each API. Default: undefined, no limit. */
  readonly callLimits: CallLimits | undefined;
}

/** The source of the upstream's credentials: the environment itself, or a secret that is read when first needed. */
export type CredentialsSource =
  | { readonly kind: 'inline'; readonly credentials: Credentials }
  | { readonly kind: 'secret'; readonly arn: string };

/** How the service reaches and uses its cache. */
export interface CacheSettings {
  /** `bypass`: every look-up asks the upstream, and the service reads and stores nothing. Default: `on`. */
  readonly mode: 'on' | 'bypass';
  /** The DynamoDB table. Default: `lookaside`. */
  readonly table: string;
  /** After this time the store counts as down for a look-up. Default: 150. */
  readonly timeoutMs: number;
  /** How look-ups reach DynamoDB: with our own requests, or with the AWS SDK. Default: `direct`. */
  readonly reader: 'direct' | 'sdk';
  /** The HMAC keys of the cache keys. Reads and writes use the first one. During a rotation there are others too. */
  readonly keySecrets: readonly [string, ...string[]];
}

/** How the service reads requests, and what it keeps of replies. */
export interface CustomerSettings {
  /** ISO 3166-1 alpha-2: the country of mobile numbers that come without a country code. Default: `IN`. */
  readonly defaultCountry: string;
  /** The identifier that finds a customer if dual eligibility is on. Default: dual eligibility is off. */
  readonly primaryIdentifier: PrimaryIdentifier | undefined;
  /** Sections fetched with every look-up, so that tills and kiosks share one entry. Default: none. */
  readonly embedAlways: readonly Embed[];
  /** Further parameters that both look-ups accept and pass on, by their names. Default: none. */
  readonly extraParameters: readonly string[];
  /** The kept parts of a reply, by API. Default: the till's profile. */
  readonly profileFields: Readonly<Record<Api, Projection>>;
}

/** The environment of a process, as Node gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the settings of an environment. An empty text counts as absent.
 *
 * @throws {SettingsError} if one is wrong or missing; the message names every such setting
 */
export function parseSettings(environment: Environment): Settings {
  const values: Partial<Record<SettingName, unknown>> = {};
  const problems: string[] = [];
  for (const name of SETTING_NAMES) {
    const definition = definitionOf(name);
    const given = environment[name]?.trim() || undefined;
    const value = read(definition, given);
    if (value === undefined || isExplained(value)) problems.push(describeWrong(name, given, definition, value));
    else values[name] = value;
  }
  problems.push(...contradictions(values as Partial<SettingValues>));
  if (problems.length > 0) throw new SettingsError(problems);
  return toSettings(values as SettingValues, readAwsEnvironment(environment));
}

/** The value of a setting, or the error that says where its mistake is; undefined: it is missing, or not allowed. */
function read({ read, default: standIn }: Definition<unknown>, given: string | undefined): unknown {
  const text = given ?? standIn;
  if (text === undefined) return undefined;
  try {
    return read(text);
  } catch (error) {
    return isExplained(error) ? error : undefined;
  }
}

function isExplained(value: unknown): value is ExplainedMistake {
  return value instanceof ProjectionError || value instanceof CallerClassError;
}

function toSettings(values: SettingValues, aws: AwsEnvironment): Settings {
  return {
    upstream: {
      baseUrl: values.UPSTREAM_BASE_URL,
      credentials:
        values.UPSTREAM_CREDENTIALS === null
          ? { kind: 'secret', arn: values.UPSTREAM_CREDENTIALS_ARN }
          : { kind: 'inline', credentials: values.UPSTREAM_CREDENTIALS },
      timeoutMs: values.UPSTREAM_TIMEOUT_MS,
      staleSoftTimeoutMs: values.STALE_SOFT_TIMEOUT_MS,
      callLimits: values.UPSTREAM_CALLS_PER_MINUTE ?? undefined,
    },
    cache: {
      mode: values.CACHE_MODE,
      table: values.CACHE_TABLE,
      timeoutMs: values.CACHE_TIMEOUT_MS,
      reader: values.STORE_READER,
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
    guard: toGuardLimits(values.GUARD_NOT_FOUND_LIMIT, values.GUARD_NOT_FOUND_SHARE),
    auditShare: values.AUDIT_SHARE,
    corsOrigins: values.CORS_ORIGINS,
    callerProof: toCallerProof(values),
    callers: values.CALLERS ?? undefined,
    webhookSecrets: values.WEBHOOK_SECRET,
    otherRegions: values.OTHER_REGIONS,
    revalidateFunction: values.REVALIDATE_FUNCTION,
    logLevel: values.LOG_LEVEL,
    metricsEnvironment: values.METRICS_ENVIRONMENT,
    aws,
  };
}

/** The deadline of a look-up under these settings. Milliseconds. */
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

/** The canary's settings. @throws {SettingsError} as `parseCanarySettings` */
export function readCanarySettings(): CanarySettings {
  return parseCanarySettings(process.env);
}

/** The names in the environment of this process that are close to a setting's. */
export function readMisspeltNames(): readonly MisspeltName[] {
  return misspeltNames(process.env, SETTING_NAMES);
}
