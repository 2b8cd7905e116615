import type { APIGatewayProxyEvent } from 'aws-lambda';

export interface ProxyRequest {
  readonly method?: string;
  readonly resource?: string;
  readonly query?: string;
  /** A list: several lines of one name. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly pathParameters?: Readonly<Record<string, string>>;
  /** The gateway's facts about the caller. Default: none. */
  readonly identity?: Readonly<Record<string, unknown>> | null;
  /** The gateway's facts about the caller's token. Default: none. */
  readonly authorizer?: Readonly<Record<string, unknown>> | null;
}

export const LOOKUP_RESOURCE = '/v2/customers/lookup/customerDetails';

/** The REST proxy event that API Gateway makes of a request: the parts that the functions read. */
export function proxyEvent(request: ProxyRequest) {
  const { method = 'GET', resource = LOOKUP_RESOURCE, query = '', headers = {} } = request;
  // Not by assignment: `__proto__` is a name like any other.
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query))
    parameters.set(name, [...(parameters.get(name) ?? []), value]);
  return {
    resource,
    path: resource,
    httpMethod: method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().at(-1)])),
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
    multiValueQueryStringParameters: query === '' ? null : Object.fromEntries(parameters),
    pathParameters: request.pathParameters ?? null,
    body: request.body ?? null,
    isBase64Encoded: request.isBase64Encoded ?? false,
    requestContext: {
      requestId: 'request-1',
      ...(request.identity !== undefined && { identity: request.identity }),
      ...(request.authorizer !== undefined && { authorizer: request.authorizer }),
    },
  } as unknown as APIGatewayProxyEvent;
}
