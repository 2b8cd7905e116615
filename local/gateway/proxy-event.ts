import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Route } from '../../infra/routes.ts';
import type { GatewayCaller } from './callers/caller-check.ts';
import { isHopByHop } from './hop-by-hop.ts';
import type { MultiValues } from './percent-decoding.ts';

/** A request on its way to the function: read, routed and decoded. */
export interface RoutedRequest {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly route: Route;
  /** The path as sent, without the query. */
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly query: MultiValues;
  readonly body: Buffer;
  readonly caller: GatewayCaller;
}

const STAGE = 'local';

/** The request in API Gateway's form for functions: REST proxy event, version 1. */
export function toProxyEvent(routed: RoutedRequest): APIGatewayProxyEvent {
  const { request, requestId, route, path, pathParameters, query, body, caller } = routed;
  const headers = headersOf(request);
  const now = new Date();
  const method = request.method ?? 'GET';
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  return {
    resource: route.path,
    path,
    httpMethod: method,
    headers: lastOf(headers),
    multiValueHeaders: allOf(headers),
    queryStringParameters: query.size === 0 ? null : lastOf(query),
    multiValueQueryStringParameters: query.size === 0 ? null : allOf(query),
    pathParameters: Object.keys(pathParameters).length === 0 ? null : { ...pathParameters },
    stageVariables: null,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      authorizer: caller.claims === null ? null : { claims: { ...caller.claims }, scopes: null },
      domainName: request.headers.host ?? '127.0.0.1',
      domainPrefix: 'local',
      extendedRequestId: requestId,
      httpMethod: method,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: lastValue(request.headersDistinct['x-api-key']),
        apiKeyId: caller.apiKeyId,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp,
        user: null,
        userAgent: request.headers['user-agent'] ?? null,
        userArn: caller.userArn,
      },
      path: `/${STAGE}${path}`,
      protocol: `HTTP/${request.httpVersion}`,
      requestId,
      requestTime: toClfTime(now),
      requestTimeEpoch: now.getTime(),
      resourceId: 'local',
      resourcePath: route.path,
      stage: STAGE,
    },
    ...bodyOf(body),
  };
}

/** The headers' lines by name, without those of the connection. Names that differ in letter case only are one. */
function headersOf(request: IncomingMessage): MultiValues {
  const spellings = new Map<string, string>();
  const headers = new Map<string, string[]>();
  const { rawHeaders } = request;
  for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
    const [given = '', value = ''] = rawHeaders.slice(position, position + 2);
    if (isHopByHop(given, request.headers.connection)) continue;
    const name = spellings.get(given.toLowerCase()) ?? given;
    spellings.set(given.toLowerCase(), name);
    headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  return headers;
}

// An assignment would fail for `__proto__`, which is a name like any other.
function lastOf(values: MultiValues): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']));
}

function allOf(values: MultiValues): Record<string, string[]> {
  return Object.fromEntries([...values].map(([name, all]) => [name, [...all]]));
}

function lastValue(values: readonly string[] | undefined): string | null {
  return values?.at(-1) ?? null;
}

/** A body as base64: the deployed gateway passes each body on as bytes (`binaryMediaTypes`). */
function bodyOf(body: Buffer): Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'> {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  return { body: body.toString('base64'), isBase64Encoded: true };
}

/** The common log format's time: `22/Nov/2026:04:10:00 +0000`. */
function toClfTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}
