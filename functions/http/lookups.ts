import type { APIGatewayProxyEvent } from 'aws-lambda';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import { answerBatch } from '../invoke/answers.ts';
import { readBatchPayload } from '../invoke/payload.ts';
import type { LookupService } from '../lookup-service.ts';
import { unusedCacheStatus } from './cache-status.ts';
import type { Reply } from './reply.ts';
import { bodyOf, header } from './rest-handler.ts';

/**
 * Answers a batch: the results of a direct invocation, each look-up by itself. The request's `Cache-Control` counts for
 * those that have no `cacheControl` of their own.
 */
export async function lookUpAll(service: LookupService, event: APIGatewayProxyEvent): Promise<Reply> {
  const lookups = readBatchPayload(parseBody(event));
  const { answer, report } = await answerBatch(service, lookups, 'answer', header(event, 'cache-control'));
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Cache-Status': unusedCacheStatus('batch') },
    body: JSON.stringify(answer),
    report,
  };
}

function parseBody(event: APIGatewayProxyEvent): unknown {
  try {
    return JSON.parse(bodyOf(event)) as unknown;
  } catch {
    throw new InvalidRequestError('invalid_parameter', 'The body is no JSON; allowed is {"lookups":[…]}.');
  }
}
