import type { Context } from 'aws-lambda';
import { errorFacts, logRequest, type RequestLog } from '../adapters/telemetry/logger.ts';
import { type Answered, answerBatch, answerLookup, refusalsAsOutcomes } from '../batch/answers.ts';
import { readInvokePayload } from '../batch/invoke-payload.ts';
import type { LookupOutcome } from '../batch/outcome.ts';
import { errorResult } from '../batch/result.ts';
import { AS_VALUES } from '../batch/result-form.ts';
import type { Json } from '../customer/json/json.ts';
import { FAULT_MESSAGE } from '../fault-message.ts';
import type { LookupPurpose } from '../lookup/lookup-policy.ts';
import type { LookupService } from '../lookup-service.ts';
import { isPlainObject } from '../plain-object.ts';
import type { AuditAnswer } from './answer-audit.ts';

/** The outcomes of a batch, in the order of its look-ups. */
export interface BatchAnswer {
  readonly results: readonly LookupOutcome<Json>[];
}

/** The result of a direct invocation: one outcome, or those of a batch in the same order. */
export type InvokeAnswer = LookupOutcome<Json> | BatchAnswer | AuditAnswer;

/** The function that other Lambdas invoke. It returns every business outcome. It throws only for a fault of our own. */
export type InvokeHandler = (payload: unknown, context: Pick<Context, 'awsRequestId'>) => Promise<InvokeAnswer>;

/** What the entry for direct invocations needs. */
export interface InvokeHandlerOptions {
  readonly service: LookupService;
  readonly log: RequestLog;
  /** The purpose of its look-ups. Default: `answer`. */
  readonly purpose?: LookupPurpose;
}

/** The error that the caller gets for a fault of our own. */
export class LookasideFault extends Error {
  override readonly name = 'LookasideFault';
}

/** Makes the function for direct invocation. */
export function createInvokeHandler({ service, log, purpose = 'answer' }: InvokeHandlerOptions): InvokeHandler {
  const answerPayload = async (payload: unknown): Promise<Answered<InvokeAnswer>> => {
    const invocation = readInvokePayload(payload);
    if (invocation.kind === 'single') {
      // The first audit loads this code. Only `-revalidate` makes audits.
      if (purpose === 'revalidate' && isPlainObject(payload) && Object.hasOwn(payload, 'audit')) {
        return (await import('./answer-audit.ts')).answerAudit(service, payload);
      }
      return answerLookup(service, invocation.lookup, purpose);
    }
    const { answer, report } = await answerBatch(service, invocation.lookups, AS_VALUES, { purpose });
    return { answer: { results: answer.map(({ outcome }) => outcome) }, report };
  };

  return async (payload, { awsRequestId: requestId }) => {
    const startedAt = service.clock.monotonicNow();
    const facts = () => ({ requestId, durationMs: Math.round(service.clock.monotonicNow() - startedAt) });
    try {
      const answered = await refusalsAsOutcomes(() => answerPayload(payload));
      const { answer, report } = 'code' in answered.report ? await toForeign(payload, answered) : answered;
      logRequest(log, { ...facts(), ...report });
      return answer;
    } catch (error) {
      log.error('request', { ...facts(), code: 'internal_error', ...errorFacts(error) });
      // Lambda logs and returns the error, so its message must not repeat the input.
      throw new LookasideFault(FAULT_MESSAGE);
    }
  };
}

/**
 * Any source may invoke a function: a schedule, a warm-up plug-in, a queue. If the event is not a payload at all, the
 * answer says so, and the log has the kind of the event. An object of no known kind may be a wrong look-up.
 */
async function toForeign(payload: unknown, refused: Answered<InvokeAnswer>): Promise<Answered<InvokeAnswer>> {
  // The first refusal loads this code, so that a hit does not.
  const { eventKindOf } = await import('../event-kind.ts');
  const kind = eventKindOf(payload);
  if (kind === 'look-up' || kind === 'object') return refused;
  const message = 'The event is not a payload of a direct invocation; allowed is one look-up, or {"lookups":[…]}.';
  const code = 'invalid_parameter';
  return { answer: errorResult(code, message), report: { code, foreignEvent: kind } };
}
