import type { IncomingHttpHeaders } from 'node:http';
import type { Api } from './faults/fault-values.ts';
import type { FaultKind } from './faults/faults.ts';

const ZEROS = {
  /** Every request. */
  requests: 0,
  /** Requests for the v2 look-up, refused ones included. */
  v2Lookups: 0,
  /** Requests for v1.1's customer/get, refused ones included. */
  v1Gets: 0,
  /** Requests for a token, refused ones included. */
  tokenRequests: 0,
  /** Answered 401 because of wrong or missing credentials; a fault of that kind is not one of them. */
  refusedCredentials: 0,
  /** Requests that a fault happened to. */
  faulted: 0,
  /** Requests that the client gave up before the whole reply was sent. */
  abandoned: 0,
  /** The most requests in progress at one time. */
  peakInFlight: 0,
};

/** Counts since the start or the last reset. The control endpoint's own requests are not counted. */
export type Counters = Readonly<typeof ZEROS>;

const COUNTER_BY_API = { v2: 'v2Lookups', 'v1.1': 'v1Gets', token: 'tokenRequests' } as const;

/** A request as it came in. Its credentials and identifiers are in it: they are the simulator's own, made-up ones. */
export interface RecordedRequest {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly method: string;
  /** Path and query, exactly as they came. */
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

/** How many requests are kept; the oldest goes first. */
const LIMIT = 1000;

/** The requests to the simulator: it counts them, and keeps the latest. */
export class Journal {
  #requests: RecordedRequest[] = [];
  #counters = { ...ZEROS };
  #inFlight = 0;

  /** Records the start of a request. */
  open(request: Omit<RecordedRequest, 'fault' | 'status'>): RecordedRequest {
    const record = { ...request, fault: undefined, status: undefined };
    this.#requests.push(record);
    if (this.#requests.length > LIMIT) this.#requests.shift();
    this.#counters.requests += 1;
    if (request.api !== undefined) this.#counters[COUNTER_BY_API[request.api]] += 1;
    this.#inFlight += 1;
    this.#counters.peakInFlight = Math.max(this.#counters.peakInFlight, this.#inFlight);
    return record;
  }

  /** Records that a request is over. */
  close(): void {
    this.#inFlight -= 1;
  }

  count(what: 'refusedCredentials' | 'faulted' | 'abandoned'): void {
    this.#counters[what] += 1;
  }

  get counters(): Counters {
    return { ...this.#counters };
  }

  /** Oldest first. */
  get requests(): readonly RecordedRequest[] {
    return [...this.#requests];
  }

  /** Zeroes the counters and forgets the requests; those in progress still count as in flight. */
  reset(): void {
    this.#requests = [];
    this.#counters = { ...ZEROS };
  }
}
