import type { IncomingMessage } from 'node:http';
import type { RequestLog } from '../../functions/adapters/telemetry/logger.ts';
import type { Route, RouteEntry } from '../../infra/routes.ts';
import { GATEWAY_LIMIT_MS } from '../../infra/time-limits.ts';
import { beforeDeadline } from '../lambda/deadline.ts';
import { type LocalFunction, MAX_PAYLOAD_BYTES } from '../lambda/local-function.ts';
import { type CallerCheck, type GatewayCaller, UNKNOWN_CALLER } from './callers/caller-check.ts';
import { createKeyCheck } from './callers/key-check.ts';
import { compressed } from './compression.ts';
import { isFromForeignPage } from './foreign-page.ts';
import { type GatewayAnswerCode, gatewayAnswer } from './gateway-answer.ts';
import { decodeQuery, percentDecode, UndecodableError } from './percent-decoding.ts';
import { toProxyEvent } from './proxy-event.ts';
import { MalformedReplyError, toWireReply } from './proxy-reply.ts';
import { createRouter, segmentsOf } from './routing.ts';
import { BodyTooLargeError, readBody, type WireReply } from './wire.ts';

/** The routes of the API, and its callers. */
export interface RestApiOptions {
  readonly routes: readonly Route[];
  /** The functions that answer the routes, by their entries. */
  readonly functions: Readonly<Record<RouteEntry, LocalFunction>>;
  /** The allowed values of `x-api-key`, for a route that needs a key. Undefined: no key is needed. */
  readonly apiKeys: readonly string[] | undefined;
  /** Checks the signature or the token of a look-up that needs one. Default: the gateway refuses it. */
  readonly checkLookup?: CallerCheck | undefined;
  /** Whether pages of other origins may read the gateway's own answers. */
  readonly allowsOrigins: boolean;
  readonly log: RequestLog;
  /** Called with each request that the gateway refuses itself: no function sees it. Default: no call. */
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
  /** How long the function may take. Milliseconds. Default: 29 000, API Gateway's own. */
  readonly timeoutMs?: number | undefined;
}

/** A request that the gateway does not pass on. */
export interface Refusal {
  readonly requestId: string;
  readonly status: number;
  readonly code: GatewayAnswerCode;
  readonly method: string;
  /** The route's path template: the path itself may hold a customer's id. Undefined: the request has no route. */
  readonly resource: string | undefined;
}

/** The gateway's answer before it calls a function. */
const REFUSALS: readonly GatewayAnswerCode[] = ['forbidden', 'invalid_parameter', 'too_large'];

/** @param signal ends the wait for the function, as a timeout does */
export type RestApi = (request: IncomingMessage, requestId: string, signal: AbortSignal) => Promise<WireReply>;

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const NO_BODY = Buffer.alloc(0);

/** Answers requests as API Gateway's REST APIs do: route, credential, proxy event, function, reply. */
export function createRestApi(options: RestApiOptions): RestApi {
  const { routes, functions, apiKeys, allowsOrigins, log, timeoutMs = GATEWAY_LIMIT_MS } = options;
  const router = createRouter(routes);
  const checkKey = createKeyCheck(apiKeys);
  const checkOf = ({ authorization, entry }: Route): CallerCheck => {
    if (authorization === 'api-key') return checkKey;
    if (authorization === 'none') return async () => UNKNOWN_CALLER;
    // No AWS account, no identities: cache administration is open on this machine (contract §2a), but not to a page of
    // another site that a browser on this machine shows.
    if (entry === 'invalidate') return async ({ request }) => (isFromForeignPage(request) ? undefined : UNKNOWN_CALLER);
    return options.checkLookup ?? (async () => undefined);
  };

  const answer = async (
    request: IncomingMessage,
    requestId: string,
    signal: AbortSignal,
    onRoute: (route: Route) => void,
  ): Promise<WireReply> => {
    const { path, query } = addressOf(request);
    const routed = router(request.method ?? 'GET', segmentsOf(path).map(percentDecode));
    // API Gateway's "Missing Authentication Token".
    if (routed === undefined) throw new GatewayRefusal('forbidden');
    const { route, pathParameters } = routed;
    onRoute(route);
    const check = checkOf(route);
    const isSigned = route.authorization === 'iam';
    const called = { request, path, query, body: NO_BODY };
    // A signature covers the body, so the gateway reads the body first. It reads no body of a caller with a wrong key.
    const refusal = () => new GatewayRefusal('forbidden', route.authorization === 'jwt' ? NO_TOKEN : undefined);
    const early = isSigned ? undefined : await allowed(check(called), refusal);
    const values = decodeQuery(query);
    const body = await readBody(request, MAX_BODY_BYTES);
    const caller = early ?? (await allowed(check({ ...called, body }), refusal));
    const event = toProxyEvent({ request, requestId, route, path, pathParameters, query: values, body, caller });
    const payload = JSON.stringify(event);
    // Lambda's limit comes before the gateway's own. The deployed gateway has one answer for both.
    if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) throw new BodyTooLargeError();
    const work = functions[route.entry].invoke(payload, requestId);
    const invocation = await beforeDeadline(work, { timeoutMs, signal }, () => {
      throw new GatewayRefusal('upstream_timeout');
    });
    if (invocation.isError) throw new MalformedReplyError();
    return compressed(toWireReply(invocation.json), request.headersDistinct['accept-encoding']?.join(', '));
  };

  return async (request, requestId, signal) => {
    let resource: string | undefined;
    try {
      return await answer(request, requestId, signal, (route) => {
        resource = route.path;
      });
    } catch (error) {
      const code = codeOf(error);
      // A caller that leaves in the middle of its body is no fault of ours.
      if (code === 'internal_error' && request.errored === null) {
        log.error('gateway', { requestId, code, error: error instanceof Error ? error.name : typeof error });
      }
      const own = error instanceof GatewayRefusal ? error.reply : undefined;
      const reply = own ?? gatewayAnswer(code, requestId, allowsOrigins, detailOf(error));
      if (REFUSALS.includes(code)) {
        options.onRefusal?.({ requestId, status: reply.status, code, method: request.method ?? 'GET', resource });
      }
      return reply;
    }
  };
}

/** @throws {GatewayRefusal} if the check refuses the caller */
async function allowed(
  checking: Promise<GatewayCaller | undefined>,
  refusal: () => GatewayRefusal,
): Promise<GatewayCaller> {
  const caller = await checking;
  if (caller === undefined) throw refusal();
  return caller;
}

/** The gateway does not pass the request on. */
class GatewayRefusal extends Error {
  override readonly name = 'GatewayRefusal';
  readonly code: GatewayAnswerCode;
  /** An answer in the gateway's own words. Undefined: the one in the form of the function's errors. */
  readonly reply: WireReply | undefined;

  constructor(code: GatewayAnswerCode, reply?: WireReply) {
    super();
    this.code = code;
    this.reply = reply;
  }
}

/** An HTTP API's own answer without a token, or with a wrong one. It is the only kind of API that checks tokens. */
const NO_TOKEN: WireReply = {
  status: 401,
  headers: { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Bearer' },
  body: '{"message":"Unauthorized"}',
};

function codeOf(error: unknown): GatewayAnswerCode {
  if (error instanceof GatewayRefusal) return error.code;
  if (error instanceof UndecodableError) return 'invalid_parameter';
  if (error instanceof BodyTooLargeError) return 'too_large';
  return 'internal_error';
}

function detailOf(error: unknown): string | undefined {
  if (!(error instanceof UndecodableError)) return undefined;
  return 'The address holds a part that cannot be decoded, or a plain |, { or }; send percent-encoded UTF-8.';
}

/** Path and query as sent. */
function addressOf({ url = '/' }: IncomingMessage): { path: string; query: string } {
  // A client that uses the gateway as a proxy sends the whole address (RFC 9112 §3.2.2).
  const address = url.replace(/^https?:\/\/[^/?#]*/i, '');
  const [, path = '', query = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(address) ?? [];
  return { path: path.startsWith('/') ? path : '/', query };
}
