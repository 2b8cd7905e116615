import type { APIGatewayProxyEvent } from 'aws-lambda';
import { readLookupPayload } from '../../functions/batch/lookup-payload.ts';
import { partitionKey } from '../../functions/customer/request/cache-key.ts';
import type { AskedLookup } from '../../functions/customer/request/canonical-request.ts';
import type { RequestReading } from '../../functions/customer/request/reading.ts';
import { readV1Request } from '../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../functions/customer/v2/v2-request.ts';
import { MAX_LOOKUPS } from '../../functions/lookup/max-lookups.ts';
import { readText } from '../../functions/rest/body.ts';
import { isRestEvent, queryParameters } from '../../functions/rest/rest-event.ts';

/** The source and identifier name of a partition, without the identifier's value. */
export interface LearnedSubject {
  readonly source: string;
  readonly identifierName: string;
}

/**
 * The partitions that this process has seen. Their keys are keyed hashes, and do not show the source or the
 * identifier's name. This class does not keep the identifier's value.
 */
export interface LearnedSubjects {
  /** Learns from a look-up. An event that is not a look-up teaches nothing. */
  learn(event: unknown): Promise<void>;
  of(partition: string): LearnedSubject | undefined;
}

/**
 * @param keySecret the HMAC key of the cache keys
 * @param limit how many partitions it remembers; the one that it saw longest ago goes first
 */
export function learnSubjects(reading: RequestReading, keySecret: string, limit = 10_000): LearnedSubjects {
  const known = new Map<string, LearnedSubject>();

  const keep = ({ request, supplement }: AskedLookup): void => {
    for (const subject of [request.subject, supplement?.request.subject]) {
      if (subject === undefined) continue;
      const partition = partitionKey(subject, keySecret);
      known.delete(partition);
      known.set(partition, { source: subject.source, identifierName: subject.identifier.name });
      const [oldest] = known.keys();
      if (known.size > limit && oldest !== undefined) known.delete(oldest);
    }
  };

  const read = async (event: unknown): Promise<readonly AskedLookup[]> => {
    if (!isRestEvent(event)) return readPayloads(event, reading);
    switch (event.resource) {
      case '/v2/customers/lookup/customerDetails':
        return [await readV2Request(queryParameters(event), reading, 'query')];
      case '/v1.1/customer/get':
        return [await readV1Request(queryParameters(event), undefined, reading, 'query')];
      case '/lookups':
        return readPayloads(readJson(event), reading);
      default:
        return [];
    }
  };

  return {
    learn: async (event) => {
      // A refused request, or one that is not a look-up, has no entry.
      for (const asked of await read(event).catch(() => [])) keep(asked);
    },
    of: (partition) => known.get(partition),
  };
}

/** The JSON of a request's body; undefined: it is no JSON. */
function readJson(event: APIGatewayProxyEvent): unknown {
  const body = readText(event);
  return body.kind === 'text' ? JSON.parse(body.text) : undefined;
}

async function readPayloads(payload: unknown, reading: RequestReading): Promise<readonly AskedLookup[]> {
  const { lookups } = Object(payload) as { lookups?: unknown };
  const payloads = Array.isArray(lookups) ? lookups.slice(0, MAX_LOOKUPS) : [payload];
  const read = await Promise.allSettled(payloads.map((each) => readLookupPayload(each, reading)));
  return read.flatMap((each) => (each.status === 'fulfilled' ? [each.value.asked] : []));
}
