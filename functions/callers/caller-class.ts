import type { Projection } from '../customer/reply/projection.ts';
import type { Api } from '../customer/request/canonical-request.ts';

/** The rights of a class of callers, and the defaults for their requests. */
export interface CallerClass {
  /** The text in front of the first `.` of a member's API key, or the value of a claim in a member's token. */
  readonly name: string;
  /** Whether a caller belongs to this class if the caller's credential names no class. Default: no. */
  readonly isDefault: boolean;
  /** The ARNs of roles and users: their signatures make a member. Default: none. */
  readonly roles: readonly string[] | undefined;
  /** `Cache-Control` for a request that has none. Default: none. */
  readonly cacheControl: string | undefined;
  /**
   * How long a member waits for an answer, if its request has no `Prefer`. Milliseconds. Default: for the whole
   * look-up.
   */
  readonly waitMs: number | undefined;
  /** The sources that a member may ask for. Default: any. */
  readonly sources: readonly string[] | undefined;
  /**
   * How many look-ups a member may ask for in one request, by `POST /lookups`. Default: 1, so members send no batches.
   */
  readonly maxBatch: number;
  /** The most that a member gets of a customer, by the API of the answer's shape. Default: the whole entry. */
  readonly fields: Readonly<Record<Api, Projection>> | undefined;
}

/** The classes of a deployment, by their names. */
export type CallerClasses = ReadonlyMap<string, CallerClass>;
