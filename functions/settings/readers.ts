import { isExtraParameterName, MAX_EXTRA_PARAMETERS } from '../customer/request/extra-parameters.ts';
import { type Embed, sortEmbeds, toEmbed } from '../customer/v2/embed.ts';
import { isLoopback } from './loopback.ts';
import { withoutSlashesAtEnd } from './slashes-at-end.ts';

/**
 * Reads the text of a setting. If the text is not allowed, it returns undefined or throws. The definition of the
 * setting says what is allowed, because an error's own message could repeat a secret.
 */
export type Reader<T> = (text: string) => T | undefined;

/** A whole number in this range, both ends included. */
export function wholeNumber(minimum: number, maximum: number): Reader<number> {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return number >= minimum && number <= maximum ? number : undefined;
  };
}

/** A share: a decimal number from 0 to 1. */
export function toShare(text: string): number | undefined {
  return /^(?:0?\.\d{1,9}|[01](?:\.\d{0,9})?)$/.test(text) && Number(text) <= 1 ? Number(text) : undefined;
}

/** One of these words. */
export function oneOf<T extends string>(allowed: readonly T[]): Reader<T> {
  return (text) => allowed.find((candidate) => candidate === text);
}

/** A text that fits this pattern. */
export function matching(pattern: RegExp): Reader<string> {
  return (text) => (pattern.test(text) ? text : undefined);
}

/** The value of the reader; or null for an empty text, which means that the setting is absent. */
export function optional<T>(read: Reader<T>): Reader<T | null> {
  return (text) => (text === '' ? null : read(text));
}

/** The elements of a list with commas, without outer spaces and without empty elements. */
export function elements(value: string): readonly string[] {
  return value
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

const FUNCTION_ARN = /^arn:aws[\w-]*:lambda:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:function:[\w-]{1,64}(?::[\w-]{1,128})?$/;
const MAX_FUNCTIONS = 10;

/** ARNs of Lambda functions, each once. */
export function toFunctionArns(value: string): readonly string[] | undefined {
  const arns = elements(value);
  const isAllowed = arns.every((arn) => FUNCTION_ARN.test(arn)) && new Set(arns).size === arns.length;
  return isAllowed && arns.length <= MAX_FUNCTIONS ? arns : undefined;
}

/**
 * The path of one of the upstream's APIs, or its beginning. The service adds this path itself, so the address must not
 * have it. In lower case.
 */
const API_PATH_AT_END = /\/v(?:1\.1|2)(?:\/customers?(?:\/.*)?)?$/;

/** An address: https, or http on loopback; without space, user, query, fragment, an API's path and slashes at its end. */
export function toBaseUrl(value: string): string | undefined {
  const url = new URL(value);
  const isAllowedScheme = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  // A URL would lose a line break or a tab without a word, and join what stands before and after it.
  const isPlain = url.username === '' && url.password === '' && !/[?#\s]/.test(value) && hasHostname(url);
  const address = withoutSlashesAtEnd(url.href);
  const hasApiPath = API_PATH_AT_END.test(withoutSlashesAtEnd(url.pathname.toLowerCase()));
  return isAllowedScheme && isPlain && !hasApiPath ? address : undefined;
}

/**
 * Whether the host is a name or an IP address. A URL may have other hosts: `https://a.example,https://b.example` is one
 * URL, and `https://*.example` is an origin that no page has.
 */
function hasHostname({ hostname }: URL): boolean {
  return /^(?:[\w.-]+|\[[\da-f:.]+\])$/.test(hostname);
}

/** Sections of `embed`, each once, sorted. */
export function toEmbeds(value: string): readonly Embed[] | undefined {
  const embeds = elements(value).map(toEmbed);
  return embeds.every((embed) => embed !== undefined) ? sortEmbeds(embeds) : undefined;
}

/** Names of further parameters, each once, sorted. */
export function toExtraParameters(value: string): readonly string[] | undefined {
  const names = [...new Set(elements(value))].sort();
  return names.length <= MAX_EXTRA_PARAMETERS && names.every(isExtraParameterName) ? names : undefined;
}

/** Origins (RFC 6454), http or https. */
export function toOrigins(value: string): readonly string[] | undefined {
  const origins = elements(value);
  const isOrigin = (text: string) => {
    const url = new URL(text);
    return /^https?:/.test(text) && url.origin === text && hasHostname(url);
  };
  return origins.every(isOrigin) ? origins : undefined;
}

/** Secrets, each once: the first one, and others during a rotation. */
export function toKeySecrets(value: string): readonly [string, ...string[]] | undefined {
  const [first, ...others] = new Set(elements(value));
  return first === undefined ? undefined : [first, ...others];
}

/** The secrets of the webhook, each once: one, or two during a rotation. An empty text: none. */
export function toWebhookSecrets(value: string): readonly string[] | undefined {
  const secrets = [...new Set(elements(value))];
  return secrets.length <= 2 && (secrets.length > 0 || value === '') ? secrets : undefined;
}

/** Signs of a password: what comes before the `@` of an address, and members of JSON credentials. */
const MAY_HOLD_SECRET = /@|"(?:password|secret|key)"/;

/**
 * A wrong value as a message may show it: without the user of an address. A value that may still hold a secret, such as
 * credentials in a wrong place, is not shown.
 */
export function shownValue(value: string): string {
  const [, scheme = '', rest] = /^([^/]*\/\/)[^/]*@(.*)$/s.exec(value) ?? [];
  if (MAY_HOLD_SECRET.test(rest ?? value)) return 'wrong (its value may hold a secret)';
  return JSON.stringify(rest === undefined ? value : `${scheme}(user)@${rest}`);
}
