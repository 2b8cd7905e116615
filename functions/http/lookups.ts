import type { APIGatewayProxyEvent } from 'aws-lambda';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import { answerBatch } from '../invoke/answers.ts';
import { quotedSize } from '../invoke/batch.ts';
import { readBatchPayload } from '../invoke/payload.ts';
import type { LookupService } from '../lookup-service.ts';
import { unusedCacheStatus } from './cache-status.ts';
import type { Reply } from './reply.ts';
import { header } from './rest-handler.ts';

/** API Gateway waits 29 s for a function; less what a cold start and the answer's way back may take. Milliseconds. */
const GATEWAY_PATIENCE_MS = 27_000;
/** However long a look-up may take, those of the first moment are begun. Milliseconds. */
const MIN_BEGIN_MS = 1000;

/**
 * Answers a batch: the results of a direct invocation, each look-up by itself. The request's `Cache-Control` counts for
 * those that have no `cacheControl` of their own.
 */
export async function lookUpAll(service: LookupService, event: APIGatewayProxyEvent): Promise<Reply> {
  const lookups = readBatchPayload(parseBody(event));
  const { answer, report } = await answerBatch(service, lookups, {
    purpose: 'answer',
    cacheControl: header(event, 'cache-control'),
    sizeOf: quotedSize,
    // What is begun by then has ended when the gateway gives up.
    beginWithinMs: Math.max(GATEWAY_PATIENCE_MS - service.deadlineMs, MIN_BEGIN_MS),
  });
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Cache-Status': unusedCacheStatus('batch') },
    body: JSON.stringify(answer),
    report,
  };
}

function parseBody(event: APIGatewayProxyEvent): unknown {
  try {
    return JSON.parse(textOf(event)) as unknown;
  } catch {
    throw new InvalidRequestError('invalid_parameter', 'The body is no JSON in UTF-8; allowed is {"lookups":[…]}.');
  }
}

/**
 * The body's text. What is no UTF-8 is refused: replaced by U+FFFD it would be another customer's identifier, or nobody's.
 *
 * @throws {TypeError} when it is no UTF-8
 */
function textOf({ body, isBase64Encoded }: APIGatewayProxyEvent): string {
  if (!isBase64Encoded) return body ?? '';
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body ?? '', 'base64'));
}
