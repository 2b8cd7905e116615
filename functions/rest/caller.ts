import type { APIGatewayProxyEvent } from 'aws-lambda';

/** The form of an API key's id, and of a name in an ARN. A text of another form is not the name of a caller. */
const KEY_ID = /^[\w.-]{1,128}$/;
const ARN = /^arn:[\w-]+:(?:iam|sts)::\d*:[\w+=,.@/-]{1,512}$/;
const ADDRESS = /^[\da-fA-F.:]{2,45}$/;

/** The id of the API key that came with a request, never the key's value; undefined: the route needs no key. */
export function keyIdOf(event: APIGatewayProxyEvent): string | undefined {
  return readIdentity(event, 'apiKeyId', KEY_ID);
}

/** The ARN of the identity that signed a request, its session included; undefined: the request is not signed. */
export function signerOf(event: APIGatewayProxyEvent): string | undefined {
  return readIdentity(event, 'userArn', ARN);
}

/** The caller, for the log: the id of an API key, or the name of the role or user that signed. */
export function callerName(event: APIGatewayProxyEvent): string | undefined {
  return keyIdOf(event) ?? roleName(signerOf(event));
}

/**
 * The caller for the guard's counts: an API key, else a role or user, else a network address. Undefined: the gateway
 * names none of them.
 */
export function countedCaller(event: APIGatewayProxyEvent): string | undefined {
  const [key, arn, source] = [keyIdOf(event), signerOf(event), sourceOf(event)];
  if (key !== undefined) return `key ${key}`;
  if (arn !== undefined) return `role ${withoutSession(arn)}`;
  return source === undefined ? undefined : `source ${source}`;
}

/** A role, whatever its session. */
function withoutSession(arn: string): string {
  return arn.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1');
}

/** The network address of a request. It is for counting only: the log does not have it. */
export function sourceOf(event: APIGatewayProxyEvent): string | undefined {
  return readIdentity(event, 'sourceIp', ADDRESS);
}

/** The name of the role or user in an ARN. Each session of a role has its own ARN. */
function roleName(arn: string | undefined): string | undefined {
  if (arn === undefined) return undefined;
  const [kind, ...names] = arn.slice(arn.lastIndexOf(':') + 1).split('/');
  return kind === 'assumed-role' ? names[0] : (names.at(-1) ?? kind);
}

/**
 * A member of the gateway's facts about the caller. In an event of a test or a person it may be anything, or absent.
 */
function readIdentity({ requestContext }: APIGatewayProxyEvent, name: string, form: RegExp): string | undefined {
  const identity: unknown = requestContext.identity;
  if (typeof identity !== 'object' || identity === null) return undefined;
  const value: unknown = Reflect.get(identity, name);
  return typeof value === 'string' && form.test(value) ? value : undefined;
}
