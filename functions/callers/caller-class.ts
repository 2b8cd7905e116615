import type { Projection } from '../customer/reply/projection.ts';
import type { Api } from '../customer/request/canonical-request.ts';

/** The rights of a class of callers, and the defaults for their requests. */
export interface CallerClass {
  /** The text in front of the first `.` of a member's API key. */
  readonly name: string;
  /** Whether a caller without a key, or with a key that names no class, belongs to it. Default: no. */
  readonly isDefault: boolean;
  /** `Cache-Control` for a request that has none. Default: none. */
  readonly cacheControl: string | undefined;
  /**
   * How long a member waits for an answer, if its request has no `Prefer`. Milliseconds. Default: for the whole
   * look-up.
   */
  readonly waitMs: number | undefined;
  /** The sources that a member may ask for. Default: any. */
  readonly sources: readonly string[] | undefined;
  /** How many look-ups a member may ask for in one request, by `POST /lookups`. 1, the default: members send no batches. */
  readonly maxBatch: number;
  /** The most that a member gets of a customer, by the API of the answer's shape. Default: the whole entry. */
  readonly fields: Readonly<Record<Api, Projection>> | undefined;
}

/** The classes of a deployment, by their names. */
export type CallerClasses = ReadonlyMap<string, CallerClass>;

/** Between the name of the class and the rest of a key. A key that AWS generates has no such character. */
export const CLASS_SEPARATOR = '.';

/**
 * The class of a key. The key names it, so a look-up needs no read to find it.
 *
 * | the key | its class |
 * |---|---|
 * | `kiosks.4fJ…` | `kiosks` |
 * | `others.4fJ…`, and there is no such class | none: the keys of a removed class belong to no other class |
 * | without a `.` | the default class |
 * | no key at all | the default class: the gateway allows such a request only if no key is needed |
 *
 * @param key the key as the gateway checked it
 * @returns undefined if there is none
 */
export function classOf(key: string | null | undefined, classes: CallerClasses): CallerClass | undefined {
  const end = key?.indexOf(CLASS_SEPARATOR) ?? -1;
  if (key && end !== -1) return classes.get(key.slice(0, end));
  return classes.values().find(({ isDefault }) => isDefault);
}
