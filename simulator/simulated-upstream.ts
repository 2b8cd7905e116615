import { isObject, type Json, parseJson } from '../functions/customer/json/json.ts';
import { initialBehaviour } from './behaviour.ts';
import { CredentialsCheck } from './credentials.ts';
import { CustomerDirectory } from './customers/directory.ts';
import { DEFAULT_CUSTOMER_COUNT, madeUpCustomer } from './customers/made-up-customers.ts';
import { household, SAMPLE_CUSTOMER, SPECIAL_CUSTOMERS } from './customers/special-customers.ts';
import { type Fault, Faults } from './faults/faults.ts';
import { Journal } from './journal.ts';
import type { SimulatorOptions } from './options.ts';
import { RateLimit } from './rate-limit.ts';
import { jsonReply, type Reply, refusedReply, textReply, toReply, withHeader } from './reply.ts';
import type { UpstreamRequest } from './request.ts';
import { type Notice, notice, toErrorBody } from './upstream-errors.ts';
import { answerV1 } from './v1/get.ts';
import { answerV2 } from './v2/lookup.ts';

/** Wrong attribution headers make the upstream's look-up fail [C]: the service must not forward its caller's headers. */
const ATTRIBUTION_HEADER = /^x-cap-api-attribution-/;

/** Everything of the simulator that is not HTTP: customers, credentials, limits, and the answers. */
export class SimulatedUpstream {
  readonly journal = new Journal();
  readonly #options: SimulatorOptions;
  state: ReturnType<typeof initialState>;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.state = initialState(options);
  }

  /** Sets everything back to the start. */
  reset(): void {
    this.journal.reset();
    this.state = initialState(this.#options);
  }

  /**
   * The answer at this moment, and a fault that a made-up identifier asks for. The answer does not show a change that is
   * made while the reply is on its way.
   */
  answer(request: UpstreamRequest): { readonly reply: Reply; readonly fault?: Fault | undefined } {
    const { api, method, headers } = request;
    if (api === undefined) return { reply: textReply(404, 'Not Found\n') };
    const allowed = api === 'token' ? 'POST' : 'GET';
    if (method !== allowed) return { reply: withHeader(textReply(405, 'Method Not Allowed\n'), 'allow', allowed) };
    if (api === 'token') return { reply: this.#answerToken(request.body) };

    const { credentials, rateLimit, behaviour, rules } = this.state;
    const caller = credentials.callerOf(headers);
    if (caller === undefined) return { reply: this.#refuse() };
    const waitSeconds = rateLimit.take(caller, api, behaviour.rateLimitPerMinute);
    if (waitSeconds > 0) {
      return { reply: withHeader(this.errorReply(request, notice(429), 429), 'retry-after', waitSeconds) };
    }
    if (Object.keys(headers).some((name) => ATTRIBUTION_HEADER.test(name))) {
      return { reply: this.errorReply(request, notice(11013)) };
    }
    const answer = api === 'v1.1' ? answerV1(request, rules, behaviour) : answerV2(request.query, rules);
    return { reply: toReply(answer.isError ? behaviour.errorStatus : 200, answer.body), fault: answer.fault };
  }

  /** An error in the shape of the API that was asked: v1.1's own, or v2's `errors[]`. */
  errorReply(request: UpstreamRequest, error: Notice, status = this.state.behaviour.errorStatus): Reply {
    const { behaviour, rules } = this.state;
    const isV1 = request.api === 'v1.1';
    return toReply(status, isV1 ? answerV1(request, rules, behaviour, error).body : toErrorBody(error));
  }

  #answerToken(body: string): Reply {
    const asked = readJson(body);
    const token = isObject(asked) ? this.state.credentials.issueToken(asked.key, asked.secret) : undefined;
    return token === undefined ? this.#refuse() : jsonReply(200, { data: token });
  }

  #refuse(): Reply {
    this.journal.count('refusedCredentials');
    return refusedReply(401);
  }
}

/** The state that commands can change, as it is at the start. */
function initialState(options: SimulatorOptions) {
  const { customerCount = DEFAULT_CUSTOMER_COUNT, primaryIdentifier, now = Date.now, random = Math.random } = options;
  const customers = [
    SAMPLE_CUSTOMER,
    ...SPECIAL_CUSTOMERS,
    ...Array.from({ length: customerCount }, (_, index) => madeUpCustomer(index + 1)),
    ...(primaryIdentifier === undefined ? [] : household(primaryIdentifier)),
  ];
  const directory = new CustomerDirectory(customers, primaryIdentifier !== undefined);
  const credentials = new CredentialsCheck(now);
  credentials.change(options);
  return {
    behaviour: initialBehaviour(options),
    credentials,
    rateLimit: new RateLimit(now),
    faults: new Faults(random),
    directory,
    rules: { directory, primaryIdentifier },
  };
}

function readJson(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
