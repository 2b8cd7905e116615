import type { IncomingHttpHeaders } from 'node:http';
import type { Api, FaultKind } from './faults/faults.ts';

/** Counts since the start or the last reset. The control endpoint's own requests are not counted. */
export interface Counters {
  /** Every request. */
  readonly requests: number;
  /** Requests for the v2 look-up, refused ones included. */
  readonly v2Lookups: number;
  /** Requests for v1.1's customer/get, refused ones included. */
  readonly v1Gets: number;
  /** Requests for a token, refused ones included. */
  readonly tokenRequests: number;
  /** Requests for any other path, such as the target of a redirect. */
  readonly otherRequests: number;
  /** Answered 401 because of wrong or missing credentials; a fault of that kind is not one of them. */
  readonly refusedCredentials: number;
  /** Answered 429 because of the rate limit; a fault of that kind is not one of them. */
  readonly throttled: number;
  /** Requests that a fault happened to. */
  readonly faulted: number;
  /** Requests that the client gave up before the whole reply was sent. */
  readonly abandoned: number;
  /** The most requests under way at one time. */
  readonly peakInFlight: number;
}

/** A request as it came in. Its credentials and identifiers are in it: they are the simulator's own, made-up ones. */
export interface RecordedRequest {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly method: string;
  /** Path and query, letter for letter as they came. */
  readonly url: string;
  /** All of them, names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The reply's `X-Cap-RequestID`. */
  readonly requestId: string;
  readonly api: Api | undefined;
  /** The fault that happened to it. */
  fault: FaultKind | undefined;
  /** The reply's status; undefined before there is one. */
  status: number | undefined;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** The requests to the simulator: it counts them, and keeps the latest. */
export class Journal {
  readonly #limit: number;
  #requests: RecordedRequest[] = [];
  #counters = zeros();
  #inFlight = 0;

  /** @param limit how many requests are kept; the oldest goes first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Records the start of a request. */
  open(request: RecordedRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > this.#limit) this.#requests.shift();
    this.#counters.requests += 1;
    if (request.api === 'v2') this.#counters.v2Lookups += 1;
    else if (request.api === 'v1.1') this.#counters.v1Gets += 1;
    else if (request.api === 'token') this.#counters.tokenRequests += 1;
    else this.#counters.otherRequests += 1;
    this.#inFlight += 1;
    this.#counters.peakInFlight = Math.max(this.#counters.peakInFlight, this.#inFlight);
  }

  /** Records that a request is over. */
  close(): void {
    this.#inFlight -= 1;
  }

  count(what: 'refusedCredentials' | 'throttled' | 'faulted' | 'abandoned'): void {
    this.#counters[what] += 1;
  }

  get counters(): Counters {
    return { ...this.#counters };
  }

  /** Oldest first. */
  get requests(): readonly RecordedRequest[] {
    return [...this.#requests];
  }

  /** Zeroes the counters and forgets the requests; those under way still count as in flight. */
  reset(): void {
    this.#requests = [];
    this.#counters = zeros();
  }
}

function zeros(): Writable<Counters> {
  return {
    requests: 0,
    v2Lookups: 0,
    v1Gets: 0,
    tokenRequests: 0,
    otherRequests: 0,
    refusedCredentials: 0,
    throttled: 0,
    faulted: 0,
    abandoned: 0,
    peakInFlight: 0,
  };
}
