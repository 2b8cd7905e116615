import * as z from 'zod/mini';

/** A whole number, 0 or more. */
export const count = z.int().check(z.minimum(0));
/** An HTTP status of a final response. */
export const httpStatus = z.int().check(z.minimum(200), z.maximum(599));

/** The values that a fault may have besides its kind. */
export const FaultValuesSchema = z.strictObject({
  /** To how many requests it happens. Default: until faults are reset. */
  times: z.optional(count),
  /** The share of requests it happens to, 0 to 1. Default: 1. Requests it does not happen to do not count. */
  share: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  /** Default: every API. */
  api: z.optional(z.enum(['v2', 'v1.1', 'token'])),
  /** Only requests with this text in their path and query, as it goes over the wire. Default: all. */
  urlIncludes: z.optional(z.string()),
  /** HTTP status; for `status`, `error`, `unauthorized`, `html`, `blank`, `partial-content` and `erased`. */
  status: z.optional(httpStatus),
  /** Milliseconds; for `slow`. Default: 5000. */
  latencyMs: z.optional(count),
  /** Seconds; for `throttle`, and sent with `status` too. Default: no Retry-After. */
  retryAfterSeconds: z.optional(count),
  /** For `error` and `merged`. */
  code: z.optional(z.int()),
  /**
   * For `erased`: where its message stands. `text`: it is the whole body, which is not JSON then. The last two stand
   * beside the right reply.
   */
  place: z.optional(
    z.enum(['message', 'status', 'response-status', 'errors', 'errors-object', 'text', 'warnings', 'status-beside']),
  ),
  /** For `wrong-encoding`. */
  encoding: z.optional(z.string()),
  /** For `oversize`: what it is made of. */
  filling: z.optional(z.enum(['spaces', 'numbers', 'decimals', 'objects', 'members'])),
  /** Bytes; for `oversize` and `gzip-bomb`. */
  sizeBytes: z.optional(count),
  /** Milliseconds; for `trickle`. */
  intervalMs: z.optional(count),
});

/** The values of a fault, without its kind. */
export type FaultValues = z.output<typeof FaultValuesSchema>;

/** The APIs that a fault can be confined to. */
export type Api = NonNullable<FaultValues['api']>;
