import type { JsonObject } from '../../functions/customer/json/json.ts';
import type { Fault } from '../faults/faults.ts';
import { ERASED_MESSAGE, NOT_FOUND, type Notice, notice } from '../upstream-errors.ts';
import type { Customer, Place } from './customer.ts';
import type { CustomerDirectory } from './directory.ts';
import type { Identifier, PrimaryIdentifier } from './identifiers.ts';
import { toMadeUpAnswer } from './made-up-answers.ts';
import { SURVIVOR_ID } from './special-customers.ts';

/** The outcome of a look-up, before an API gives it its own shape. */
export type Outcome =
  | { readonly kind: 'found'; readonly customer: Customer; readonly warnings: readonly Notice[] }
  /** `fault`: the identifier is made up, and asks for it. */
  | { readonly kind: 'not-found'; readonly fault?: Fault | undefined }
  /** An error; the reply also has the data of the customer `beside`. */
  | { readonly kind: 'error'; readonly error: Notice; readonly beside?: Customer | undefined };

/** The answer of an API to a look-up, before it gets its HTTP status. */
export interface Answer {
  /** Whether the request found no customer. */
  readonly isError: boolean;
  /** An object is sent as JSON, a text as XML. */
  readonly body: JsonObject | string;
  /** The fault that a made-up identifier asks for. */
  readonly fault?: Fault | undefined;
}

/** The customers that a search may find, and the identifiers that find them. */
export interface SearchRules {
  readonly directory: CustomerDirectory;
  /** The only identifier that finds a customer; undefined while dual eligibility is off. */
  readonly primaryIdentifier: PrimaryIdentifier | undefined;
}

const MERGED_CODE = 8069;
/** The made-up errors beside which the survivor's data stand. */
const CODES_WITH_SURVIVOR = [MERGED_CODE, 91009];

/**
 * Looks a customer up. If dual eligibility is on, only the primary identifier of the list counts; without it the customer is
 * not found [S2]. If it is off, only the first identifier counts.
 */
export function search(place: Place, identifiers: readonly Identifier[], rules: SearchRules): Outcome {
  const { directory, primaryIdentifier } = rules;
  const identifier =
    primaryIdentifier === undefined ? identifiers[0] : identifiers.find(({ name }) => name === primaryIdentifier);
  if (identifier === undefined) return { kind: 'not-found' };
  const found = directory.find(place, identifier);
  if (found !== undefined) {
    const { customer, isMerged } = found;
    if (customer.isErased) return { kind: 'error', error: notice(NOT_FOUND, ERASED_MESSAGE) };
    return { kind: 'found', customer, warnings: [...(isMerged ? [notice(MERGED_CODE)] : []), ...customer.warnings] };
  }
  const asked = toMadeUpAnswer(identifier);
  if (asked?.error === undefined) return { kind: 'not-found', fault: asked?.fault };
  const beside = CODES_WITH_SURVIVOR.includes(asked.error.code) ? directory.get(SURVIVOR_ID) : undefined;
  return { kind: 'error', error: asked.error, beside };
}
