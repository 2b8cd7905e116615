import { type Proof, RENAMED, type Reply, type Target } from './exchange.ts';

/** Our own error, from the function or the gateway. If there is no code, the reply comes from something else. */
export interface Problem {
  readonly code?: string;
  readonly detail: string;
  readonly requestId?: string;
}

/** The meaning of each code for the operator of a deployment, and what to do. */
const ADVICE: Readonly<Record<string, (problem: Problem, target: Target) => string>> = {
  forbidden: (_problem, { key, proof }) =>
    proof !== undefined
      ? explainProof(proof)
      : key !== undefined
        ? 'The gateway does not know this key, or its usage plan is not for this stage: compare it with the value of ' +
          'the stack\'s output ApiKeyIds (docs/deploying.md, "Get a key"). Look for spaces at its ends.'
        : 'The gateway wants an API key: give one with --key (docs/deploying.md, "Get a key"), or --sign-lookups with auth "iam".',
  not_found: () =>
    "Lookaside answers, but has nothing at this path: --url is the stack's output Endpoint, without the look-up's path.",
  too_many_requests: ({ detail }) =>
    isOfGuard(detail)
      ? `${detail} The guard refuses the caller, because it may try numbers out: find out what sends its look-ups ` +
        '(docs/operating.md, "Alarm: guarded"). throttle and quota of the environment do not help.'
      : `${detail} Wait, or raise throttle or quota of the environment (infra/environments.ts).`,
  upstream_invalid: ({ detail }) =>
    isAboutCredentials(detail)
      ? 'The upstream refuses our credentials: the secret holds wrong ones. Fill it again: npm run secret.'
      : "The server at the upstream's address is not the upstream: check UpstreamBaseUrl (scheme, host, no path of a look-up).",
  upstream_unavailable: ({ detail }) => explainUnavailable(detail),
  upstream_timeout: ({ detail }) =>
    `${detail} Either it is slow (UPSTREAM_TIMEOUT_MS) or it drops packets from this region's addresses.`,
  internal_error: ({ requestId }) =>
    `Lookaside failed. Its log says why: look for requestId ${requestId} in the log group of the function that ends in -http.`,
};

/** The details of `upstream_unavailable` (functions/lookup/error-code.ts) that do not question the address, and advice. */
const BUSY: readonly (readonly [RegExp, string])[] = [
  [
    /throttles/,
    'Its limit is used up: find the caller that asks too much (docs/operating.md), or ask for a higher one.',
  ],
  [/calls to the upstream are used up/, 'If the upstream allows more, raise UPSTREAM_CALLS_PER_MINUTE.'],
];

function explainUnavailable(detail: string): string {
  if (isAboutCredentials(detail)) {
    return 'The secret is empty, does not hold credentials, or may not be read. Fill it: npm run secret.';
  }
  const [, advice] = BUSY.find(([words]) => words.test(detail)) ?? [];
  return `${detail} ${
    advice ??
    "It fails or is unreachable from the function: check UpstreamBaseUrl and whether the upstream lets this region's addresses in."
  }`;
}

/** Why a gateway may refuse a signature or a token. */
function explainProof({ kind }: Proof): string {
  return kind === 'a signature'
    ? 'The gateway refuses this signature: the identity needs execute-api:Invoke on the output LookupArns ' +
        '(docs/deploying.md, "Callers without API keys"); or its session has expired, or this machine\'s clock is wrong.'
    : 'The gateway refuses this token: compare its iss, aud or client_id, scope and exp with auth of the environment.';
}

/** Whether an HTTP API refuses a missing or wrong credential. No setting changes its words. */
function isRefusalOfHttpApi(status: number, body: string): boolean {
  return [401, 403].includes(status) && /"(?:Unauthorized|Forbidden)"/.test(body);
}

/** Whether the guard refuses the request (functions/http/guarded.ts), and not the gateway. */
function isOfGuard(detail: string): boolean {
  return detail.includes('GUARD_NOT_FOUND_LIMIT');
}

function isAboutCredentials(detail: string): boolean {
  return detail.includes('credentials');
}

/**
 * The problem in a reply that is not an answer, and what to do about it; undefined: the reply is an answer of
 * Lookaside.
 */
export function explainFailure(reply: Reply, target: Target): string | undefined {
  if (reply.status >= 300 && reply.status < 400) {
    return `The address redirects to ${reply.headers.get('location')}: give that one to --url.`;
  }
  const problem = readProblem(reply);
  if (problem.code === undefined) return explainForeignReply(reply, target);
  const advice = Object.hasOwn(ADVICE, problem.code) ? ADVICE[problem.code] : undefined;
  return advice?.(problem, target) ?? `Lookaside refuses the request, ${problem.code}: ${problem.detail}`;
}

/** Reads our own error from a reply. */
export function readProblem({ headers, body }: Reply): Problem {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return { detail: '' };
  try {
    const { code, detail = '', requestId } = JSON.parse(body);
    return { code, detail, requestId };
  } catch {
    return { detail: '' };
  }
}

/** A reply without our Cache-Status, or from a gateway without our form of errors, comes from something else. */
function explainForeignReply({ status, headers, body }: Reply, { proof }: Target): string | undefined {
  if (headers.has('cache-status') || headers.has(`${RENAMED}cache-status`)) return undefined;
  if (proof !== undefined && isRefusalOfHttpApi(status, body)) return explainProof(proof);
  if (status === 403 && body.includes('Missing Authentication Token')) {
    return "The gateway has no such stage or path: --url is the stack's output Endpoint, which ends in /live/.";
  }
  if (isRefusalOfHttpApi(status, body)) {
    return (
      "The gateway refuses with its own error, and not with Lookaside's. If it is an HTTP API, give --sign-lookups or --token " +
      '(docs/deploying.md, "Callers without API keys"); otherwise --url is the address of another API, or the API was ' +
      'deployed without its answers.'
    );
  }
  return (
    `${status} without Cache-Status: the answer is not from Lookaside, or something between removes its headers. ` +
    "Compare --url with the stack's output Endpoint."
  );
}
