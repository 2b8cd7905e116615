import { randomUUID } from 'node:crypto';

export interface SmokeOptions {
  /** The stack's output `Endpoint`, or whatever stands in front of it. */
  readonly url: string;
  /** An API key's value. Default: none is sent. */
  readonly key?: string | undefined;
  /** Whom to look up. Default: a made-up external id, another one at each run, which nobody has. */
  readonly identifier?: Identifier | undefined;
}

export interface Identifier {
  readonly name: string;
  readonly value: string;
}

/** What was seen, and what follows from it. */
export interface SmokeReport {
  /** The look-ups, one line each. */
  readonly lookups: readonly string[];
  /** What is wrong and what to do; empty: all is well. */
  readonly problems: readonly string[];
}

/** One look-up's reply. */
interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** When it was asked for and when it was there. Epoch milliseconds. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

const LOOKUP_PATH = 'v2/customers/lookup/customerDetails';

/** The gateway gives up after 29 s; a reply later than that comes from something else. */
const TIMEOUT_MS = 35_000;

/** Beyond this, a clock is wrong rather than a network slow; AWS refuses signatures at 300 s. */
const CLOCK_TOLERANCE_MS = 30_000;

/** What rounding and the way there and back may add to an entry's age. */
const AGE_TOLERANCE_SECONDS = 3;

/** What every reply of the function carries (contract §1). */
const EXPECTED_HEADERS = ['cache-status', 'cache-control', 'x-content-type-options'];

const RENAMED = 'x-amzn-remapped-';

/** Looks one made-up customer up twice and says in words what is wrong. Never throws. */
export async function checkDeployment({ url, key, identifier = madeUp() }: SmokeOptions): Promise<SmokeReport> {
  const address = toAddress(url, identifier);
  if (address === undefined) {
    const problem = `--url is ${JSON.stringify(url)}; allowed is an https address: the stack's output Endpoint.`;
    return { lookups: [], problems: [problem] };
  }
  const replies: Reply[] = [];
  for (const position of [1, 2]) {
    const reply = await lookUp(address, key);
    if (typeof reply === 'string') return { lookups: replies.map(describe), problems: [reply] };
    replies.push(reply);
    const problem = explainFailure(reply, key) ?? (position === 1 ? explainUnstored(reply) : undefined);
    if (problem !== undefined) return { lookups: replies.map(describe), problems: [problem] };
  }
  const [first, second] = replies as [Reply, Reply];
  return {
    lookups: replies.map(describe),
    problems: [...explainHeaders(second), ...explainMiss(second), ...explainClocks(first, second)],
  };
}

function madeUp(): Identifier {
  return { name: 'externalId', value: `lookaside-smoke-${randomUUID()}` };
}

function toAddress(url: string, { name, value }: Identifier): URL | undefined {
  const base = URL.parse(url.endsWith('/') ? url : `${url}/`);
  if (base === null || !['https:', 'http:'].includes(base.protocol)) return undefined;
  const address = new URL(LOOKUP_PATH, base);
  address.search = new URLSearchParams({ source: 'INSTORE', identifierName: name, identifierValue: value }).toString();
  return address;
}

/** The reply, or in words why there is none. */
async function lookUp(address: URL, key: string | undefined): Promise<Reply | string> {
  const askedAt = Date.now();
  try {
    const response = await fetch(address, {
      headers: key === undefined ? {} : { 'x-api-key': key },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = await response.text();
    return { status: response.status, headers: response.headers, body, askedAt, answeredAt: Date.now() };
  } catch (error) {
    return explainNoReply(address, error);
  }
}

function explainNoReply({ host }: URL, error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `${host} did not answer within ${TIMEOUT_MS / 1000} s. Check --url, and what stands between.`;
  }
  const { cause } = error as { readonly cause?: { readonly code?: string; readonly message?: string } };
  return `${host} cannot be reached (${cause?.code ?? cause?.message ?? error}). Check --url: it is the stack's output Endpoint.`;
}

function describe({ status, headers, askedAt, answeredAt }: Reply): string {
  const cacheStatus = headers.get('cache-status') ?? 'no Cache-Status';
  return `${status} in ${answeredAt - askedAt} ms: ${cacheStatus}`;
}

/** What a reply that is no answer says, and what to do about it. */
function explainFailure(reply: Reply, key: string | undefined): string | undefined {
  if (reply.status >= 300 && reply.status < 400) {
    return `The address redirects to ${reply.headers.get('location')}: give that one to --url.`;
  }
  const { code, detail, requestId } = readProblem(reply);
  if (code === undefined) return explainForeignReply(reply);
  const isAboutCredentials = detail.includes('credentials');
  switch (code) {
    case 'forbidden':
      return key === undefined
        ? 'The gateway wants an API key: give one with --key (docs/deploying.md, "Get a key").'
        : 'The gateway does not know this key, or its usage plan is not for this stage: compare it with the value of ' +
            'the stack\'s output ApiKeyIds (docs/deploying.md, "Get a key"). Look for spaces at its ends.';
    case 'not_found':
      return "Lookaside answers, but has nothing at this path: --url is the stack's output Endpoint, without the look-up's path.";
    case 'too_many_requests':
      return `${detail} Wait, or raise throttle or quota of the environment (infra/environments.ts).`;
    case 'upstream_invalid':
      return isAboutCredentials
        ? 'The upstream refuses our credentials: the secret holds wrong ones. Fill it again: npm run secret.'
        : "What answers at the upstream's address is not the upstream: check UpstreamBaseUrl (scheme, host, no path of a look-up).";
    case 'upstream_unavailable':
      return isAboutCredentials
        ? 'The secret is empty, holds something else than credentials, or may not be read. Fill it: npm run secret.'
        : `${detail} It is unreachable from the function, fails or throttles: check UpstreamBaseUrl and whether the ` +
            "upstream lets this region's addresses in.";
    case 'upstream_timeout':
      return `${detail} Either it is slow (UPSTREAM_TIMEOUT_MS) or it drops packets from this region's addresses.`;
    case 'internal_error':
      return `Lookaside failed. Its log says why: look for requestId ${requestId} in /aws/lambda/lookaside-http.`;
    default:
      return `Lookaside refuses the look-up, ${code}: ${detail}`;
  }
}

/** Our own error, in the function's words or the gateway's; without a code: the reply is something else. */
function readProblem({ headers, body }: Reply): { code?: string; detail: string; requestId?: string } {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return { detail: '' };
  try {
    const { code, detail = '', requestId } = JSON.parse(body);
    return { code, detail, requestId };
  } catch {
    return { detail: '' };
  }
}

/** A reply without our Cache-Status, or of a gateway that does not use our error form, is somebody else's. */
function explainForeignReply({ status, headers, body }: Reply): string | undefined {
  if (headers.has('cache-status') || headers.has(`${RENAMED}cache-status`)) return undefined;
  if (status === 403 && body.includes('Missing Authentication Token')) {
    return "The gateway has no such stage or path: --url is the stack's output Endpoint, which ends in /live/.";
  }
  if (status === 403 && body.includes('Forbidden')) {
    return 'The gateway refuses in its own words, not in ours: the API at --url is another one, or was deployed before its answers were.';
  }
  return (
    `${status} without Cache-Status: what answers is not Lookaside, or something between takes its headers away. ` +
    "Compare --url with the stack's output Endpoint."
  );
}

/** Why a first look-up that was answered is not in the cache. */
function explainUnstored(reply: Reply): string | undefined {
  const parameters = cacheParameters(reply);
  if (parameters.length === 0) return undefined;
  if (parameters.includes('fwd=bypass')) {
    return (
      'The look-up went past the cache: its table does not answer, or CACHE_MODE is bypass. GET /health says which; ' +
      "the function's log says why."
    );
  }
  if (parameters.includes('hit') || parameters.includes('stored') || parameters.includes('collapsed')) return undefined;
  const upstreamStatus = parameters.find((parameter) => parameter.startsWith('fwd-status='));
  return (
    `The answer was not stored (${upstreamStatus ?? 'no fwd-status'}). Either the windows are 0 (FRESH_SECONDS, ` +
    'NOT_FOUND_FRESH_SECONDS), or the upstream refused this look-up, which is never stored (--identifier name=value tries ' +
    "another), or the table did not take it: the function's log says why."
  );
}

/** Why a second look-up right after the first is no hit. */
function explainMiss(second: Reply): string[] {
  const parameters = cacheParameters(second);
  if (parameters.length === 0 || parameters.includes('hit')) return [];
  return [
    'The first look-up was stored, the second did not find it. Either the window is shorter than the time between them ' +
      '(FRESH_SECONDS, NOT_FOUND_FRESH_SECONDS), or the two were answered by functions with different tables or key ' +
      "secrets, or their clocks are more than 5 s apart: the function's log says which.",
  ];
}

function cacheParameters({ headers }: Reply): readonly string[] {
  const [, ...parameters] = (headers.get('cache-status') ?? '').split(';');
  return parameters.map((parameter) => parameter.trim());
}

/** Headers that were renamed or taken away on the way. */
function explainHeaders({ headers }: Reply): string[] {
  const renamed = [...headers.keys()]
    .filter((name) => name.startsWith(RENAMED))
    .map((name) => name.slice(RENAMED.length));
  const ours = [...EXPECTED_HEADERS, 'age', 'etag', 'retry-after', 'x-cap-requestid'].filter((name) =>
    renamed.includes(name),
  );
  const missing = EXPECTED_HEADERS.filter((name) => !headers.has(name) && !renamed.includes(name));
  return [
    ...ours.map((name) => `The gateway renamed ${name} to ${RENAMED}${name}: clients will not see it.`),
    ...missing.map((name) => `The header ${name} is missing: something between takes it away.`),
  ];
}

/** Clocks that disagree: this machine's and the gateway's, or those of the function's instances. */
function explainClocks(first: Reply, second: Reply): string[] {
  const problems: string[] = [];
  const gatewayAt = Date.parse(second.headers.get('date') ?? '');
  const skewMs = gatewayAt - (second.askedAt + second.answeredAt) / 2;
  if (Math.abs(skewMs) > CLOCK_TOLERANCE_MS) {
    const seconds = Math.round(Math.abs(skewMs) / 1000);
    problems.push(
      `This machine's clock is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} the gateway's. Look-ups do not mind; AWS ` +
        'refuses signed calls (cdk deploy, direct invocation) beyond 300 s.',
    );
  }
  const ageSeconds = Number(second.headers.get('age') ?? Number.NaN);
  const oldestSeconds = (second.answeredAt - first.askedAt) / 1000 + AGE_TOLERANCE_SECONDS;
  if (cacheParameters(first).includes('stored') && (ageSeconds < 0 || ageSeconds > oldestSeconds)) {
    problems.push(
      `The second answer's Age is ${ageSeconds} s, though it was fetched ${Math.round(oldestSeconds)} s ago at most: ` +
        "the clocks of the function's instances disagree.",
    );
  }
  return problems;
}
