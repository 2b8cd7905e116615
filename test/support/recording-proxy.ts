import { isAboutTable } from '../../bench/counting-proxy.ts';
import { forwardRequest } from './forward-request.ts';
import { type SeenRequest, startHttpServer } from './loopback-server.ts';

/** Stands in front of a DynamoDB, passes everything on, and keeps the requests. It is closed after the test. */
export interface RecordingProxy {
  readonly url: string;
  /** The requests for items since the start or the last `clear`, oldest first. */
  readonly operations: readonly Operation[];
  clear(): void;
}

/** One request of DynamoDB's API. */
export interface Operation {
  /** Such as `GetItem`. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const operations: Operation[] = [];
  const { url } = await startHttpServer((response, request) => {
    if (!isAboutTable(request.headers)) operations.push(toOperation(request));
    return forwardRequest(target, request, response);
  });
  return { url, operations, clear: () => operations.splice(0) };
}

function toOperation({ headers, body }: SeenRequest): Operation {
  return { name: String(headers['x-amz-target']).split('.')[1] ?? '', input: JSON.parse(body) };
}
