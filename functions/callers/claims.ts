import type { APIGatewayProxyEvent } from 'aws-lambda';
import { memberOf } from '../rest/caller.ts';

/** API Gateway takes requests of 10 KB of headers, so this is no limit for a real token. Characters. */
const MAX_CLAIM_LENGTH = 1000;

/** A claim of the token that the gateway checked; undefined: there is none, or it is no text. */
export function claimOf({ requestContext }: APIGatewayProxyEvent, name: string): string | undefined {
  const claims = memberOf(memberOf(requestContext, 'authorizer'), 'claims');
  const value = memberOf(claims, name);
  return typeof value === 'string' && value !== '' && value.length <= MAX_CLAIM_LENGTH ? value : undefined;
}
