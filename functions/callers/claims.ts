import type { APIGatewayProxyEvent } from 'aws-lambda';
import { memberOf } from '../rest/caller.ts';

/** A claim of the token that the gateway checked; undefined: there is none, or it is not a text. */
export function claimOf(event: APIGatewayProxyEvent, name: string): string | undefined {
  const value = givenClaim(event, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A claim as the gateway gives it, which is a text; undefined: the token does not have it. */
export function givenClaim({ requestContext }: APIGatewayProxyEvent, name: string): unknown {
  return memberOf(memberOf(memberOf(requestContext, 'authorizer'), 'claims'), name);
}
