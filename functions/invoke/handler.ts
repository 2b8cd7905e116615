import type { Context } from 'aws-lambda';
import { errorFacts, type RequestLog } from '../adapters/telemetry/logger.ts';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import type { Json } from '../customer/json.ts';
import { type EventKind, eventKindOf } from '../event-kind.ts';
import type { LookupPurpose } from '../lookup/lookup-policy.ts';
import type { LookupService } from '../lookup-service.ts';
import { type Answered, answerBatch, answerLookup, type BatchAnswer, FAULT, refusalsAsOutcomes } from './answers.ts';
import type { LookupOutcome } from './outcome.ts';
import { readInvokePayload } from './payload.ts';

/** What a direct invocation returns: one outcome, or those of a batch in the same order. */
export type InvokeAnswer = LookupOutcome<Json> | BatchAnswer;

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

/** What the caller of an event that is no payload is told. */
const FOREIGN = 'The event is no payload of a direct invocation; allowed is one look-up, or {"lookups":[…]}.';

/** Whether an event may be meant as a payload, though perhaps a wrong one. Anything may invoke a function. */
function isPayload(kind: EventKind): boolean {
  return kind === 'look-up' || kind === 'object';
}

/** Makes the function for direct invocation. */
export function createInvokeHandler({ service, log, purpose = 'answer' }: InvokeHandlerOptions): InvokeHandler {
  const answerPayload = async (payload: unknown, kind: EventKind): Promise<Answered<InvokeAnswer>> => {
    if (!isPayload(kind)) throw new InvalidRequestError('invalid_parameter', FOREIGN);
    const invocation = readInvokePayload(payload);
    return invocation.kind === 'single'
      ? answerLookup(service, invocation.lookup, purpose)
      : answerBatch(service, invocation.lookups, { purpose });
  };

  return async (payload, { awsRequestId: requestId }) => {
    const startedAt = service.clock.monotonicNow();
    const kind = eventKindOf(payload);
    const facts = () => ({
      requestId,
      durationMs: Math.round(service.clock.monotonicNow() - startedAt),
      ...(!isPayload(kind) && { foreignEvent: kind }),
    });
    try {
      const { answer, report } = await refusalsAsOutcomes(() => answerPayload(payload, kind));
      log.info('request', { ...facts(), ...report });
      return answer;
    } catch (error) {
      log.error('request', { ...facts(), code: 'internal_error', ...errorFacts(error) });
      // Lambda logs and returns what is thrown: its message must not repeat what was being read.
      throw new LookasideFault(FAULT);
    }
  };
}
