import { isObject, type Json, parseJson } from '../functions/customer/json/json.ts';
import { type Behaviour, initialBehaviour } from './behaviour.ts';
import { CredentialsCheck } from './credentials.ts';
import type { Customer } from './customers/customer.ts';
import { CustomerDirectory } from './customers/directory.ts';
import { madeUpCustomer } from './customers/made-up-customers.ts';
import { readSampleCustomer } from './customers/sample-customer.ts';
import { household, specialCustomers } from './customers/special-customers.ts';
import { type Fault, Faults } from './faults/faults.ts';
import { Journal } from './journal.ts';
import type { SimulatorOptions } from './options.ts';
import { RateLimit } from './rate-limit.ts';
import {
  jsonReply,
  type Reply,
  refusedReply,
  statusReply,
  textReply,
  toReply,
  withHeader,
  withRetryAfter,
} from './reply.ts';
import type { UpstreamRequest } from './request.ts';
import { type Notice, notice, toErrorBody } from './upstream-errors.ts';
import { answerV1, failV1 } from './v1/get.ts';
import { answerV2 } from './v2/lookup.ts';

/** Wrong attribution headers make the upstream's look-up fail [C]: the service must not forward its caller's headers. */
const ATTRIBUTION_HEADER = /^x-cap-api-attribution-/;

/** The answer, and a fault that a made-up identifier asked for. */
export interface UpstreamAnswer {
  readonly reply: Reply;
  readonly fault?: Fault | undefined;
}

/** Everything of the simulator that is not HTTP: customers, credentials, limits, and the answers. */
export class SimulatedUpstream {
  readonly journal: Journal;
  readonly faults: Faults;
  readonly #rateLimit: RateLimit;
  readonly #options: SimulatorOptions;
  behaviour: Behaviour;
  credentials: CredentialsCheck;
  directory: CustomerDirectory;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.journal = new Journal();
    this.faults = new Faults(options.random ?? Math.random);
    this.#rateLimit = new RateLimit(options.now ?? Date.now);
    this.behaviour = initialBehaviour(options);
    this.credentials = new CredentialsCheck(options);
    this.directory = initialDirectory(options);
  }

  /** Sets everything back to the start. */
  reset(): void {
    this.journal.reset();
    this.faults.clear();
    this.#rateLimit.reset();
    this.behaviour = initialBehaviour(this.#options);
    this.credentials = new CredentialsCheck(this.#options);
    this.directory = initialDirectory(this.#options);
  }

  /** The answer at this moment. It does not show a change that is made while the reply is on its way. */
  answer(request: UpstreamRequest): UpstreamAnswer {
    const { api, method, headers, body } = request;
    if (api === undefined) return { reply: textReply(404, 'Not Found\n') };
    const allowed = api === 'token' ? 'POST' : 'GET';
    if (method !== allowed) return { reply: withHeader(textReply(405, 'Method Not Allowed\n'), 'allow', allowed) };
    if (api === 'token') return { reply: this.#answerToken(body) };

    const caller = this.credentials.callerOf(headers);
    if (caller === undefined) {
      this.journal.count('refusedCredentials');
      return { reply: refusedReply(401) };
    }
    const waitSeconds = this.#rateLimit.take(caller, api, this.behaviour.rateLimitPerMinute);
    if (waitSeconds > 0) {
      return { reply: withRetryAfter(this.errorReply(request, notice(429), 429), waitSeconds) };
    }
    if (Object.keys(headers).some((name) => ATTRIBUTION_HEADER.test(name))) {
      return { reply: this.errorReply(request, notice(11013)) };
    }
    return this.#answerLookup(request);
  }

  /** An error in the shape of the API that was asked: v1.1's own, or v2's `errors[]`. */
  errorReply(request: UpstreamRequest, error: Notice, status = this.behaviour.errorStatus): Reply {
    return toReply(status, request.api === 'v1.1' ? failV1(request, error, this.behaviour).body : toErrorBody(error));
  }

  #answerLookup(request: UpstreamRequest): UpstreamAnswer {
    const rules = { directory: this.directory, primaryIdentifier: this.#options.primaryIdentifier };
    const isV1 = request.api === 'v1.1';
    const { isError, body, asked } = isV1 ? answerV1(request, rules, this.behaviour) : answerV2(request.query, rules);
    if (asked?.status !== undefined) return { reply: statusReply(asked.status) };
    return { reply: toReply(isError ? this.behaviour.errorStatus : 200, body), fault: asked?.fault };
  }

  #answerToken(body: string): Reply {
    const asked = readJson(body);
    const token = isObject(asked) ? this.credentials.issueToken(asked.key, asked.secret) : undefined;
    if (token !== undefined) return jsonReply(200, { data: token });
    this.journal.count('refusedCredentials');
    return refusedReply(401);
  }
}

function initialDirectory({ customerCount = 40, primaryIdentifier }: SimulatorOptions): CustomerDirectory {
  const customers: Customer[] = [readSampleCustomer(), ...specialCustomers()];
  for (let n = 1; n <= customerCount; n += 1) customers.push(madeUpCustomer(n));
  if (primaryIdentifier !== undefined) customers.push(...household(primaryIdentifier));
  return new CustomerDirectory(customers, { ignoresExternalIdCase: primaryIdentifier !== undefined });
}

function readJson(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
