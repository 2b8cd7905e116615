import { isAboutTable, isNowAndThen } from '../../bench/counting-proxy.ts';
import { type SeenRequest, startHttpServer } from './loopback-server.ts';

/** The use. Request units of an on-demand table. */
export interface UsedUnits {
  readonly reads: number;
  readonly writes: number;
}

/**
 * Stands in front of a DynamoDB and asks it for the use of each request (`ReturnConsumedCapacity`). It is closed after
 * the test. Reads that an instance makes now and then, and not for each look-up, do not count.
 */
export interface CapacityProxy {
  readonly url: string;
  /**
   * The names of the counted requests since the start or the last `take`, such as `GetItem`, in the order of their
   * answers.
   */
  readonly answered: readonly string[];
  /** The use since the start or the last `take`. */
  take(): UsedUnits;
}

const READS: readonly string[] = ['GetItem', 'BatchGetItem', 'Query'];

/** @param target `http://127.0.0.1:<port>`, of a store that checks no signature: the proxy changes signed requests */
export async function startCapacityProxy(target: string): Promise<CapacityProxy> {
  let [reads, writes] = [0, 0];
  const answered: string[] = [];
  const { url } = await startHttpServer(async (response, request) => {
    const name = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const isCounted = !isAboutTable(request.headers) && !isNowAndThen(request.headers, request.body);
    const reply = await forward(target, request, isCounted);
    const text = await reply.text();
    if (isCounted && reply.ok) {
      const units = unitsOf(JSON.parse(text).ConsumedCapacity);
      if (READS.includes(name)) reads += units;
      else writes += units;
      answered.push(name);
    }
    response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? '' });
    response.end(text);
  });
  return {
    url,
    answered,
    take: () => {
      const used = { reads, writes };
      [reads, writes] = [0, 0];
      answered.splice(0);
      return used;
    },
  };
}

function forward(target: string, { url, method, headers, body }: SeenRequest, isCounted: boolean): Promise<Response> {
  const { host: _, connection: __, 'content-length': ___, ...others } = headers;
  return fetch(`${target}${url}`, {
    method,
    headers: others as Record<string, string>,
    body: isCounted ? JSON.stringify({ ...JSON.parse(body), ReturnConsumedCapacity: 'TOTAL' }) : body,
  });
}

/** Of one table, or of each table of a batch. A reply without them is a fault of the store. */
function unitsOf(consumed: unknown): number {
  const tables = (Array.isArray(consumed) ? consumed : [consumed]) as { readonly CapacityUnits: number }[];
  return tables.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
}
