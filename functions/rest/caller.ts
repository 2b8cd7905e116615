import type { APIGatewayProxyEvent } from 'aws-lambda';
import { IDENTITY_ARN, roleName, withoutSession } from './signer-arn.ts';

/**
 * How callers of look-ups prove their identity, in the words of the setting CALLER_AUTH. The gateway checks the proof.
 * `jwt`: a JSON Web Token (RFC 7519), and the claim that names the caller.
 */
export type CallerProof =
  | { readonly kind: 'apiKey' | 'iam' }
  | { readonly kind: 'jwt'; readonly callerClaim: string; readonly classClaim: string | undefined };

/** The ways to name the caller of a request. Undefined: the gateway does not name the caller. */
export interface CallerNames {
  /** For the log. */
  inLog(event: APIGatewayProxyEvent): string | undefined;
  /** For the guard's counts. */
  counted(event: APIGatewayProxyEvent): string | undefined;
}

/** The form of an API key's id. A text of another form is not the name of a caller. */
const KEY_ID = /^[\w.-]{1,128}$/;
const ADDRESS = /^[\da-fA-F.:]{2,45}$/;

/** The id of the API key that came with a request, never the key's value; undefined: the route needs no key. */
export function keyIdOf(event: APIGatewayProxyEvent): string | undefined {
  return readIdentity(event, 'apiKeyId', KEY_ID);
}

/** The ARN of the identity that signed a request, with its session; undefined: the request is not signed. */
export function signerOf(event: APIGatewayProxyEvent): string | undefined {
  return readIdentity(event, 'userArn', IDENTITY_ARN);
}

/** The caller, for the log: the id of an API key, or the name of the role or user that signed. */
export function callerName(event: APIGatewayProxyEvent): string | undefined {
  return keyIdOf(event) ?? roleName(signerOf(event));
}

/**
 * The caller for the guard's counts: the first of API key, role or user, and network address that the gateway names.
 * Undefined: it names none.
 */
function countedCaller(event: APIGatewayProxyEvent): string | undefined {
  const key = keyIdOf(event);
  return key === undefined ? (countedSigner(event) ?? countedSource(event)) : `key ${key}`;
}

/** The role or user that signed, for the guard's counts. */
export function countedSigner(event: APIGatewayProxyEvent): string | undefined {
  const arn = signerOf(event);
  return arn === undefined ? undefined : `role ${withoutSession(arn)}`;
}

/** The network address, for the guard's counts. */
export function countedSource(event: APIGatewayProxyEvent): string | undefined {
  const source = sourceOf(event);
  return source === undefined ? undefined : `source ${source}`;
}

/** The names of callers that show an API key. */
export const NAMES_BY_KEY: CallerNames = { inLog: callerName, counted: countedCaller };

/** The network address of a request. It is only for counting. It is not in the log. */
export function sourceOf(event: APIGatewayProxyEvent): string | undefined {
  return readIdentity(event, 'sourceIp', ADDRESS);
}

/** An object's own member; undefined: there is no such member, or the value is not an object. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

/**
 * A member of the gateway's facts about the caller. In an event that a person or a test made, it may be anything, or
 * absent.
 */
function readIdentity({ requestContext }: APIGatewayProxyEvent, name: string, form: RegExp): string | undefined {
  const value = memberOf(requestContext.identity, name);
  return typeof value === 'string' && form.test(value) ? value : undefined;
}
