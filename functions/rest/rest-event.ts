import type { APIGatewayProxyEvent } from 'aws-lambda';
import { isPlainObject } from '../plain-object.ts';

/**
 * Whether an event is a request of API Gateway's REST API (payload format 1.0), or has all the parts that the endpoints
 * read. Any source may invoke a function: a schedule, a warm-up plug-in, another kind of gateway.
 */
export function isRestEvent(event: unknown): event is APIGatewayProxyEvent {
  if (!isPlainObject(event)) return false;
  const { httpMethod, resource, requestContext, body } = event;
  return (
    isText(httpMethod) &&
    isText(resource) &&
    isPlainObject(requestContext) &&
    isText(requestContext.requestId) &&
    (isAbsent(body) || isText(body)) &&
    hasTexts(event.pathParameters) &&
    hasOnly(isText, event.headers) &&
    hasOnly(isListOfTexts, event.multiValueHeaders) &&
    hasOnly(isText, event.queryStringParameters) &&
    hasOnly(isListOfTexts, event.multiValueQueryStringParameters)
  );
}

/** A header's value, all its lines joined (RFC 9110 §5.3); undefined if there is none. @param name in lower case */
export function header({ headers, multiValueHeaders }: APIGatewayProxyEvent, name: string): string | undefined {
  const all = multiValueHeaders ?? headers ?? {};
  let lines: readonly string[] | undefined;
  // A hit searches for some headers among about twenty. The length is compared first, because that is faster.
  for (const known of Object.keys(all)) {
    if (known.length === name.length && known.toLowerCase() === name) lines = [...(lines ?? []), ...listOf(all[known])];
  }
  return lines === undefined || lines.length === 0 ? undefined : lines.join(', ');
}

/** The decoded query. A parameter that is given twice occurs twice. */
export function queryParameters(event: APIGatewayProxyEvent): [name: string, value: string][] {
  return listsOf(event.multiValueQueryStringParameters ?? event.queryStringParameters);
}

/** The gateway's id of the request. */
export function requestIdOf(event: APIGatewayProxyEvent): string {
  return event.requestContext.requestId;
}

function listsOf(
  values: Readonly<Record<string, string | readonly string[] | undefined>> | null,
): [name: string, value: string][] {
  return Object.entries(values ?? {}).flatMap(([name, own]) =>
    listOf(own).map((value): [string, string] => [name, value]),
  );
}

function listOf(own: string | readonly string[] | undefined): readonly string[] {
  if (typeof own === 'string') return [own];
  return own ?? [];
}

function hasOnly(isAllowed: (value: unknown) => boolean, values: unknown): boolean {
  const isFine = (value: unknown) => isAbsent(value) || isAllowed(value);
  return isAbsent(values) || (isPlainObject(values) && Object.values(values).every(isFine));
}

/** Whether each parameter of the path has a value. A path without one would be another path. */
function hasTexts(values: unknown): boolean {
  return isAbsent(values) || (isPlainObject(values) && Object.values(values).every(isText));
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
