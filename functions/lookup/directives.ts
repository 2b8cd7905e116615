import { headerElements } from './header-elements.ts';

/** The caller's directives to the cache, in the words of RFC 9111 §5.2.1. Durations in milliseconds. */
export interface RequestDirectives {
  /** The answer must not be older than this look-up. */
  readonly noCache: boolean;
  /** Store nothing of this look-up. */
  readonly noStore: boolean;
  /** Do not ask the upstream. */
  readonly onlyIfCached: boolean;
  /** The greatest usable age. Default: any age. */
  readonly maxAgeMs: number | undefined;
  /** For how much longer the answer must stay fresh. Default: 0. */
  readonly minFreshMs: number | undefined;
  /** For how long after its freshness an answer is usable; infinity: for any time. Default: it is not usable then. */
  readonly maxStaleMs: number | undefined;
  /** Narrows how long after its freshness an answer is usable if the upstream fails (RFC 5861 §4). */
  readonly staleIfErrorMs: number | undefined;
}

/** The directives of a caller that sends none. */
export const NO_DIRECTIVES: RequestDirectives = {
  noCache: false,
  noStore: false,
  onlyIfCached: false,
  maxAgeMs: undefined,
  minFreshMs: undefined,
  maxStaleMs: undefined,
  staleIfErrorMs: undefined,
};

/** A greater number of seconds counts as this one (RFC 9111 §1.2.2). */
const MAX_DELTA_SECONDS = 2 ** 31;

/**
 * Reads a request's `Cache-Control` (RFC 9111 §5.2). It ignores unknown and malformed directives, and a directive that
 * begins or ends after the first 16,384 characters. If a directive is given twice, the stricter one counts.
 */
export function readDirectives(cacheControl: string | undefined): RequestDirectives {
  let directives = NO_DIRECTIVES;
  for (const element of headerElements(cacheControl ?? '', ',')) {
    const equals = element.indexOf('=');
    const name = equals === -1 ? element : element.slice(0, equals).trimEnd();
    const argument = equals === -1 ? undefined : element.slice(equals + 1).trimStart();
    directives = { ...directives, ...readDirective(name.toLowerCase(), argument, directives) };
  }
  return directives;
}

/** The meaning of a directive. @param ms its argument in milliseconds; undefined: it has no readable argument */
type ReadDirective = (
  ms: number | undefined,
  given: RequestDirectives,
  argument: string | undefined,
) => Partial<RequestDirectives>;

/** The known directives. */
const DIRECTIVES: Readonly<Record<string, ReadDirective>> = {
  'no-cache': () => ({ noCache: true }),
  'no-store': () => ({ noStore: true }),
  'only-if-cached': () => ({ onlyIfCached: true }),
  'max-age': (ms, { maxAgeMs }) => (ms === undefined ? {} : { maxAgeMs: Math.min(ms, maxAgeMs ?? ms) }),
  'min-fresh': (ms, { minFreshMs }) => (ms === undefined ? {} : { minFreshMs: Math.max(ms, minFreshMs ?? ms) }),
  'max-stale': (ms, given, argument) => {
    const maxStaleMs = argument === undefined ? Number.POSITIVE_INFINITY : ms;
    return maxStaleMs === undefined ? {} : { maxStaleMs: Math.min(maxStaleMs, given.maxStaleMs ?? maxStaleMs) };
  },
  'stale-if-error': (ms, { staleIfErrorMs }) =>
    ms === undefined ? {} : { staleIfErrorMs: Math.min(ms, staleIfErrorMs ?? ms) },
};

/** The names of the known directives. */
export const DIRECTIVE_NAMES: readonly string[] = Object.keys(DIRECTIVES);

function readDirective(
  name: string,
  argument: string | undefined,
  given: RequestDirectives,
): Partial<RequestDirectives> {
  const read = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
  return read?.(toMilliseconds(argument), given, argument) ?? {};
}

/** Delta-seconds as a token. RFC 9111 §5.2 asks recipients to accept a quoted text too. */
function toMilliseconds(argument: string | undefined): number | undefined {
  const seconds = /^(?:(\d+)|"(\d+)")$/.exec(argument ?? '');
  if (seconds === null) return undefined;
  return Math.min(Number(seconds[1] ?? seconds[2]), MAX_DELTA_SECONDS) * 1000;
}
