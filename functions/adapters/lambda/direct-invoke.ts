import type { Connection } from '../aws/connection.ts';
import { SignedRequests } from '../aws/signed-requests.ts';
import type { InvokeEvent } from './lambda-revalidator.ts';

const HEADERS = { 'content-type': 'application/octet-stream', 'x-amz-invocation-type': 'Event' };

/** Invokes without the AWS SDK, so a stale answer does not wait for the SDK's code. */
export function createDirectInvoke(connection: Connection): InvokeEvent {
  const requests = new SignedRequests(connection);
  return async (functionName, payload, signal) => {
    const path = `2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
    return (await requests.post({ path, headers: HEADERS, body: payload }, signal)).status;
  };
}
