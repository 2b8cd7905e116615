import { forwardRequest } from './forward-request.ts';
import { type SeenRequest, startHttpServer } from './loopback-server.ts';

/** Stands in front of a DynamoDB, hands everything on, and keeps what was asked. Closed after the test. */
export interface RecordingProxy {
  readonly url: string;
  /**
   * What was asked of entries since the start or the last `clear`, oldest first. The table itself does not count: on a busy
   * machine `npm start` looks for it again after a second.
   */
  readonly operations: readonly Operation[];
  clear(): void;
}

/** One request of DynamoDB's API. */
export interface Operation {
  /** Such as `GetItem`. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const TABLE_OPERATIONS: ReadonlySet<string> = new Set(['DescribeTable', 'CreateTable']);

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const operations: Operation[] = [];
  const { url } = await startHttpServer((response, request) => {
    const operation = toOperation(request);
    if (!TABLE_OPERATIONS.has(operation.name)) operations.push(operation);
    return forwardRequest(target, request, response);
  });
  return { url, operations, clear: () => operations.splice(0) };
}

function toOperation({ headers, body }: SeenRequest): Operation {
  return { name: String(headers['x-amz-target']).split('.')[1] ?? '', input: JSON.parse(body) };
}
