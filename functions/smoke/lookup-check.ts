import { APIS, type Api } from '../customer/request/canonical-request.ts';
import type { PrimaryIdentifier } from '../settings/definitions.ts';
import { cacheParameters, describe, type Reply, send, type Target } from './exchange.ts';
import { explainFailure } from './failure.ts';
import { hasCustomer } from './found-customer.ts';
import { type Identifier, lookupAddress, madeUp } from './identifier.ts';
import { explainClocks, explainHeaders } from './way.ts';

/** The steps of a check, and their result. */
export interface Findings {
  /** The steps, one line each. */
  readonly lines: readonly string[];
  /** The problems and what to do. Empty if there is none. */
  readonly problems: readonly string[];
}

/** What the check of look-ups asks for. */
export interface LookupOptions {
  /**
   * The customer to look up, which may exist.
   *
   * @default - a made-up one, another one at each run
   */
  readonly identifier?: Identifier | undefined;
  /**
   * The kind of a made-up identifier.
   *
   * @default 'externalId'
   */
  readonly madeUpKind?: PrimaryIdentifier | undefined;
  /**
   * The APIs to ask, in this order.
   *
   * @default - both
   */
  readonly apis?: readonly Api[] | undefined;
}

/**
 * Looks one customer up twice by each API, and describes each problem. The first look-up has `no-cache`, so its answer
 * proves that the upstream answers. The second one must come from the cache. If the customer is made up, no answer may
 * hold a customer. The check changes only the entry of that look-up. It ends with the first API that has a problem. It
 * never throws.
 */
export async function checkLookups(target: Target, options: LookupOptions = {}): Promise<Findings> {
  const { identifier, madeUpKind, apis = APIS } = options;
  const sought: Sought = { identifier: identifier ?? madeUp(madeUpKind), isMadeUp: identifier === undefined };
  const lines: string[] = [];
  for (const api of apis) {
    const findings = await checkApi(target, api, sought);
    lines.push(...findings.lines);
    if (findings.problems.length > 0) return { lines, problems: findings.problems };
  }
  return { lines, problems: [] };
}

/** The customer to look up. */
interface Sought {
  readonly identifier: Identifier;
  /** Whether no customer has this identifier. */
  readonly isMadeUp: boolean;
}

async function checkApi(target: Target, api: Api, { identifier, isMadeUp }: Sought): Promise<Findings> {
  const address = lookupAddress(api, identifier);
  if (address === undefined) return { lines: [`${api} does not know ${identifier.name}: not asked`], problems: [] };
  const replies: Reply[] = [];
  const findings = (...problems: readonly string[]): Findings => ({
    lines: replies.map((reply) => `${api} ${describe(reply)}`),
    problems: problems.map((problem) => `${api}: ${problem}`),
  });

  const first = await send(target, { ...address, headers: { 'cache-control': 'no-cache' } });
  if (typeof first === 'string') return findings(first);
  replies.push(first);
  const explainSurprise = (reply: Reply) => (isMadeUp && hasCustomer(api, reply) ? FOUND : undefined);
  const failure =
    explainFailure(first, target) ?? explainUnasked(first) ?? explainSurprise(first) ?? explainUnstored(first);
  if (failure !== undefined) return findings(failure);

  const second = await send(target, address);
  if (typeof second === 'string') return findings(second);
  replies.push(second);
  const secondFailure = explainFailure(second, target) ?? explainSurprise(second);
  if (secondFailure !== undefined) return findings(secondFailure);
  return findings(...explainHeaders(second), ...explainMiss(second), ...explainClocks(first, second));
}

/** A made-up customer was found. Such an answer may be stored, because it lists no other identifier of this kind. */
const FOUND =
  'The answer has a customer, but the identifier is made up, and no customer has it. The upstream may give one customer ' +
  'for every look-up: then tills show a wrong customer. Check UpstreamBaseUrl: a mock or a test system may answer there. ' +
  'If the address is right, ask the support of the upstream, with X-Cap-RequestID of such an answer.';

/** Why the answer to the first look-up proves nothing about the upstream; undefined: it does prove it. */
function explainUnasked(reply: Reply): string | undefined {
  const parameters = cacheParameters(reply);
  if (!parameters.some((parameter) => ['hit', 'collapsed'].includes(parameter))) return undefined;
  return (
    'The first look-up had Cache-Control: no-cache, but was answered from the cache: the check does not show whether the ' +
    'upstream answers. Something between removes the header, or stores answers: look-ups must reach Lookaside unchanged.'
  );
}

/** Why the answer to the first look-up was not stored; undefined: it was stored, or its headers do not show it. */
function explainUnstored(reply: Reply): string | undefined {
  const parameters = cacheParameters(reply);
  if (parameters.length === 0) return undefined;
  if (parameters.includes('fwd=bypass')) {
    return (
      'The look-up went past the cache: its table does not answer, or CACHE_MODE is bypass. GET /health says which; ' +
      "the function's log says why."
    );
  }
  if (parameters.includes('stored')) return undefined;
  const upstreamStatus = parameters.find((parameter) => parameter.startsWith('fwd-status='));
  return (
    `The answer was not stored (${upstreamStatus ?? 'no fwd-status'}). Possible reasons: a window is 0 (FRESH_SECONDS, ` +
    'NOT_FOUND_FRESH_SECONDS); the upstream refused this look-up, and a refusal is never stored (try another customer by ' +
    '--identifier name=value, or by --api the one API that the credentials may use); dual eligibility is on, and this is ' +
    'not the primary identifier (--identifier); another look-up was fetching this customer; the table did not take the ' +
    "answer. The function's log says why."
  );
}

/** Why the second look-up, right after the first, is not a hit. */
function explainMiss(second: Reply): string[] {
  const parameters = cacheParameters(second);
  if (parameters.length === 0 || parameters.includes('hit')) return [];
  return [
    'The first look-up was stored, but the second look-up did not find the entry. Possible reasons: the window is shorter ' +
      'than the time between the two (FRESH_SECONDS, NOT_FOUND_FRESH_SECONDS); two functions with different tables or ' +
      "key secrets answered them; the clocks of these functions are more than 5 s apart. The function's log says which.",
  ];
}
