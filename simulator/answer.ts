import type { JsonObject } from '../functions/customer/json/json.ts';
import type { MadeUpAnswer } from './customers/made-up-answers.ts';

/** What an API answers to a look-up, before it gets its HTTP status. */
export interface Answer {
  /** Whether the request found no customer. */
  readonly isError: boolean;
  /** An object is sent as JSON, a text as XML. */
  readonly body: JsonObject | string;
  /** What a made-up identifier asks for instead. */
  readonly asked?: MadeUpAnswer | undefined;
}
