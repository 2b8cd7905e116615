import * as z from 'zod/mini';
import type { Random } from '../clock.ts';

/** The kinds of faults. */
export const FAULT_KINDS = [
  /** The right reply, after `latencyMs` instead of the usual time. */
  'slow',
  /** No reply, the connection stays open. */
  'hang',
  /** HTTP `status` (default 500) with a text body. */
  'status',
  /** An error with `code` (default 461, busy), in the API's own shape, with HTTP `status` (default: the simulator's). */
  'error',
  /** 429 with `retryAfterSeconds` in Retry-After. Without `retryAfterSeconds` there is no such header. */
  'throttle',
  /** Any credentials are refused: 401 (or `status`) with an XML body. */
  'unauthorized',
  /** An HTML page, as a proxy in front may send it, with HTTP `status` (default 200). */
  'html',
  /** 200 with JSON that breaks off in the middle, properly ended as HTTP goes. */
  'broken-json',
  /** 200 with an empty body. */
  'empty',
  /** HTTP `status` (default 400) with an empty body: identifiers that are not valid [P]. */
  'blank',
  /** Half of the body announced in Content-Length, then the connection is destroyed. */
  'cut',
  /** A Content-Length shorter than the body. */
  'wrong-length',
  /** The right reply, after an informational `100 Continue`. */
  'continue',
  /** The right reply, after an informational `103 Early Hints`. */
  'early-hints',
  /** The right reply, which says that it is in `encoding` (default gzip), and is not. */
  'wrong-encoding',
  /** The right reply as a part of something: HTTP `status` (default 206), with a Content-Range. */
  'partial-content',
  /** The message that the customer is erased, in `place` (default `message`), with HTTP `status` (default 200). */
  'erased',
  /** The right reply, with a warning of `code` (default 8069): the customer was merged into the one that is shown. */
  'merged',
  /** Valid JSON of `sizeBytes` (default 3 MiB), as it is, of `filling` (default spaces). */
  'oversize',
  /** Valid JSON that decodes to `sizeBytes` (default 200 MiB), a thousandth of that on the wire. */
  'gzip-bomb',
  /** 302 to `location`; by default the simulator itself under another host name, where the request is recorded. */
  'redirect',
  /** The right reply, one byte each `intervalMs` (default 100). */
  'trickle',
  /** The connection is reset without a reply. */
  'reset',
  /** The right reply to the first request on a connection; at each later one the connection is reset. */
  'reset-reused',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Where the message of an erased customer may stand. `text`: alone, as no JSON. The last two stand beside the right reply. */
export const ERASED_PLACES = [
  'message',
  'status',
  'response-status',
  'errors',
  'errors-object',
  'text',
  'warnings',
  'status-beside',
] as const;

/** What a large reply is made of. */
export const FILLINGS = ['spaces', 'numbers', 'decimals', 'objects', 'members'] as const;

/** The APIs that a fault can be confined to. */
export const APIS = ['v2', 'v1.1', 'token'] as const;
export type Api = (typeof APIS)[number];

const count = z.int().check(z.minimum(0));

export const FaultSchema = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  /** To how many requests it happens. Default: until faults are reset. */
  times: z.optional(count),
  /** The share of requests it happens to, 0 to 1. Default: 1. Requests it does not happen to do not count. */
  share: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  /** Default: every API. */
  api: z.optional(z.enum(APIS)),
  /** Only requests with this text in their path and query, as it goes over the wire. Default: all. */
  urlIncludes: z.optional(z.string()),
  /** HTTP status; for `status`, `error`, `unauthorized`, `html`, `blank`, `partial-content` and `erased`. */
  status: z.optional(z.int().check(z.minimum(200), z.maximum(599))),
  /** Milliseconds; for `slow`. Default: 5000. */
  latencyMs: z.optional(count),
  /** Seconds; for `throttle`, and sent with `status` too. Default: no Retry-After. */
  retryAfterSeconds: z.optional(count),
  /** For `error` and `merged`. */
  code: z.optional(z.int()),
  /** For `erased`. */
  place: z.optional(z.enum(ERASED_PLACES)),
  /** For `wrong-encoding`. */
  encoding: z.optional(z.string()),
  /** For `oversize`. */
  filling: z.optional(z.enum(FILLINGS)),
  /** For `redirect`. */
  location: z.optional(z.string()),
  /** Bytes; for `oversize` and `gzip-bomb`. */
  sizeBytes: z.optional(count),
  /** Milliseconds; for `trickle`. */
  intervalMs: z.optional(count),
});

/** Something that goes wrong on purpose. */
export type Fault = z.output<typeof FaultSchema>;

/** Whether this is the name of a fault. */
export function isFaultKind(text: string): text is FaultKind {
  return FAULT_KINDS.some((kind) => kind === text);
}

/** The faults in force, in the order they were added: the first that fits happens. */
export class Faults {
  readonly #random: Random;
  #faults: Fault[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  add(fault: Fault): void {
    if (fault.times !== 0) this.#faults.push(fault);
  }

  /** What happens to this request; undefined: nothing. Counts down `times`. */
  take(api: Api | undefined, url: string): Fault | undefined {
    const at = this.#faults.findIndex(
      (fault) =>
        api !== undefined &&
        (fault.api ?? api) === api &&
        url.includes(fault.urlIncludes ?? '') &&
        this.#random() < (fault.share ?? 1),
    );
    const fault = this.#faults[at];
    if (fault?.times === undefined) return fault;
    if (fault.times > 1) this.#faults[at] = { ...fault, times: fault.times - 1 };
    else this.#faults.splice(at, 1);
    return fault;
  }

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return [...this.#faults];
  }
}
