import type { Context } from 'aws-lambda';
import { errorFacts, type RequestLog } from '../adapters/telemetry/logger.ts';
import { readCustomerDetailsRequest } from '../customer/customer-details-request.ts';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import type { Json } from '../customer/json.ts';
import { readDirectives } from '../lookup/directives.ts';
import type { LookupPurpose } from '../lookup/lookup.ts';
import { lookupReport } from '../lookup/report.ts';
import type { LookupService } from '../lookup-service.ts';
import { fitAnswer, MAX_ANSWER_BYTES, mapConcurrently } from './batch.ts';
import type { LookupOutcome } from './outcome.ts';
import { readInvokePayload, readLookupPayload } from './payload.ts';
import { errorResult, toOutcome } from './result.ts';

/** What a direct invocation returns: one outcome, or those of a batch in the same order. */
export type InvokeAnswer = LookupOutcome<Json> | { readonly results: readonly LookupOutcome<Json>[] };

/** The function that other Lambdas invoke. Throws for no business outcome: only for a fault of our own. */
export type InvokeHandler = (payload: unknown, context: Pick<Context, 'awsRequestId'>) => Promise<InvokeAnswer>;

export interface InvokeHandlerOptions {
  readonly service: LookupService;
  readonly log: RequestLog;
  /** What its look-ups are for. Default: `answer`. */
  readonly purpose?: LookupPurpose;
}

/** A fault of our own, as the caller sees it; the log line of the same requestId says more. */
export class LookasideFault extends Error {
  override readonly name = 'LookasideFault';
}

/** An answer, and what the log says of it. */
interface Answered<T> {
  readonly answer: T;
  readonly report: Readonly<Record<string, unknown>>;
}

/** One look-up's answer, by its payload. */
type LookUp = (payload: unknown) => Promise<Answered<LookupOutcome<Json>>>;

const FAULT = 'Lookaside failed. Try again; if it fails again, report the requestId.';

/** Makes the function for direct invocation. */
export function createInvokeHandler({ service, log, purpose = 'answer' }: InvokeHandlerOptions): InvokeHandler {
  const lookUp: LookUp = async (payload) => {
    const { parameters, cacheControl } = readLookupPayload(payload);
    const { request, fields } = await readCustomerDetailsRequest(parameters, service.reading);
    const result = await service.lookup(request, readDirectives(cacheControl), purpose);
    return {
      answer: toOutcome(result, fields),
      report: { ...lookupReport(result), ...(purpose === 'revalidate' && { purpose }) },
    };
  };

  return async (payload, { awsRequestId: requestId }) => {
    const startedAt = service.clock.now();
    const facts = () => ({ requestId, durationMs: service.clock.now() - startedAt });
    try {
      const { answer, report } = await refusalsAsOutcomes(() => answerPayload(lookUp, payload));
      log.info('request', { ...facts(), ...report });
      return answer;
    } catch (error) {
      log.error('request', { ...facts(), code: 'internal_error', ...errorFacts(error) });
      // Lambda logs and returns what is thrown: its message must not repeat what was being read.
      throw new LookasideFault(FAULT);
    }
  };
}

async function answerPayload(lookUp: LookUp, payload: unknown): Promise<Answered<InvokeAnswer>> {
  const invocation = readInvokePayload(payload);
  if (invocation.kind === 'single') return lookUp(invocation.lookup);

  const answered = await mapConcurrently(invocation.lookups, (lookup) =>
    refusalsAsOutcomes(() => lookUp(lookup)).catch(faultAsOutcome),
  );
  const outcomes = answered.map(({ answer }) => answer);
  return {
    answer: { results: fitAnswer(outcomes, MAX_ANSWER_BYTES) },
    report: { lookups: answered.map(({ report }) => report) },
  };
}

/** A refusal of the caller's request is an outcome, not an error. */
async function refusalsAsOutcomes<T>(answer: () => Promise<Answered<T>>): Promise<Answered<T | LookupOutcome<Json>>> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return { answer: errorResult(error.code, error.message), report: { code: error.code } };
  }
}

/** A fault of our own in one look-up of a batch leaves the others alone. */
function faultAsOutcome(error: unknown): Answered<LookupOutcome<Json>> {
  return {
    answer: errorResult('internal_error', FAULT),
    report: { code: 'internal_error', ...errorFacts(error) },
  };
}
