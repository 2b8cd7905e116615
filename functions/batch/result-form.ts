import type { Json } from '../customer/json/json.ts';
import type { Projection } from '../customer/reply/projection.ts';
import type { Api } from '../customer/request/canonical-request.ts';
import type { LookupResult } from '../lookup/lookup-result.ts';
import type { ErrorResult, LookupOutcome } from './outcome.ts';
import { toOutcome } from './result.ts';

/** The form of a batch's results until all of them are complete. */
export interface ResultForm<R> {
  /** The result of a look-up. @param fields narrows the customer */
  of(result: LookupResult, api: Api, fields: Projection | undefined): R;
  /** The result of a look-up that has no answer. */
  ofError(error: ErrorResult): R;
  /** The size of the result in the answer. Bytes. */
  bytesOf(result: R): number;
  /** The same or more, found without reading the whole result. Bytes. */
  atMostBytesOf(result: R): number;
}

/** A result as a value, with its size when the runtime writes it out. */
export interface ValueResult {
  readonly outcome: LookupOutcome<Json>;
  readonly bytes: number;
}

/** `{"kind":"found","customer":,"cache":{…}}`, at most. Bytes. */
const AROUND_CUSTOMER_BYTES = 160;

/**
 * Results as values: for direct invocation, where the runtime writes them out. This form does not write a whole
 * customer out to measure it: the body that the customer was read from is at least as long.
 */
export const AS_VALUES: ResultForm<ValueResult> = {
  of: (result, api, fields) => {
    const { answer } = result;
    const outcome = toOutcome(result, api, fields);
    const isWhole = answer.kind === 'found' && fields === undefined;
    return isWhole
      ? { outcome, bytes: Buffer.byteLength(answer.body) + AROUND_CUSTOMER_BYTES }
      : { outcome, bytes: measured(outcome) };
  },
  ofError: (outcome) => ({ outcome, bytes: measured(outcome) }),
  bytesOf: ({ bytes }) => bytes,
  atMostBytesOf: ({ bytes }) => bytes,
};

function measured(outcome: LookupOutcome<Json>): number {
  return Buffer.byteLength(JSON.stringify(outcome));
}
