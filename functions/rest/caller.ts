import type { APIGatewayProxyEvent } from 'aws-lambda';

/** An id of an API key, and a name in an ARN: what is not of this form is no name of a caller. */
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

/** Who asks, as the log has it: the id of an API key, or the name of the role or user that signed. */
export function callerName(event: APIGatewayProxyEvent): string | undefined {
  return keyIdOf(event) ?? roleName(signerOf(event));
}

/**
 * The caller whose look-ups are counted: an API key, else a role or user, else a network address. Undefined: the gateway says
 * none of them.
 */
export function countedCaller(event: APIGatewayProxyEvent): string | undefined {
  const [key, arn, source] = [keyIdOf(event), signerOf(event), sourceOf(event)];
  if (key !== undefined) return `key ${key}`;
  if (arn !== undefined) return `role ${withoutSession(arn)}`;
  return source === undefined ? undefined : `source ${source}`;
}

/** A role whatever its session. */
function withoutSession(arn: string): string {
  return arn.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1');
}

/** The network address that a request came from. It is for counting only: the log does not have it. */
export function sourceOf(event: APIGatewayProxyEvent): string | undefined {
  return readIdentity(event, 'sourceIp', ADDRESS);
}

/** The name of the role or user in an ARN: each session of a role has an ARN of its own. */
function roleName(arn: string | undefined): string | undefined {
  if (arn === undefined) return undefined;
  const [kind, ...names] = arn.slice(arn.lastIndexOf(':') + 1).split('/');
  return kind === 'assumed-role' ? names[0] : (names.at(-1) ?? kind);
}

/** A member of what the gateway says of the caller. An event of a test, or of a person, may have anything there, or nothing. */
function readIdentity({ requestContext }: APIGatewayProxyEvent, name: string, form: RegExp): string | undefined {
  const identity: unknown = requestContext.identity;
  if (typeof identity !== 'object' || identity === null) return undefined;
  const value: unknown = Reflect.get(identity, name);
  return typeof value === 'string' && form.test(value) ? value : undefined;
}
