import { type Notice, notice } from '../upstream-errors.ts';
import type { Customer, Place } from './customer.ts';
import type { CustomerDirectory } from './directory.ts';
import type { Identifier, PrimaryIdentifier } from './identifiers.ts';
import { erased, type MadeUpAnswer, toMadeUpAnswer } from './made-up-answers.ts';
import { SURVIVOR_ID } from './special-customers.ts';

/** The outcome of a look-up, before an API gives it its own shape. */
export type Outcome =
  | { readonly kind: 'found'; readonly customer: Customer; readonly warnings: readonly Notice[] }
  | { readonly kind: 'not-found' }
  /** An error; the reply also has the data of the customer `beside`. */
  | { readonly kind: 'error'; readonly error: Notice; readonly beside?: Customer }
  /** A made-up identifier that asks for something other than an error. */
  | { readonly kind: 'made-up'; readonly answer: MadeUpAnswer };

export interface SearchRules {
  readonly directory: CustomerDirectory;
  /** The only identifier that finds a customer; undefined while dual eligibility is off. */
  readonly primaryIdentifier: PrimaryIdentifier | undefined;
  /** The code that goes with the message about an erased customer. */
  readonly erasedCode: number;
}

const MERGED_CODE = 8069;

/**
 * Looks a customer up. If dual eligibility is on, only the primary identifier of the list counts; without it the customer is
 * not found [S2]. If it is off, only the first identifier counts.
 */
export function search(place: Place, identifiers: readonly Identifier[], rules: SearchRules): Outcome {
  const { directory, primaryIdentifier, erasedCode } = rules;
  const identifier =
    primaryIdentifier === undefined ? identifiers[0] : identifiers.find(({ name }) => name === primaryIdentifier);
  if (identifier === undefined) return { kind: 'not-found' };
  const found = directory.find(place, identifier);
  switch (found.kind) {
    case 'found': {
      const merged = found.mergedFromId === undefined ? [] : [notice(MERGED_CODE)];
      return { kind: 'found', customer: found.customer, warnings: [...merged, ...found.customer.warnings] };
    }
    case 'erased':
      return { kind: 'error', error: erased(erasedCode) };
    case 'not-found': {
      const answer = toMadeUpAnswer(identifier);
      if (answer === undefined) return { kind: 'not-found' };
      if (answer.kind !== 'error') return { kind: 'made-up', answer };
      if (!answer.isWithSurvivor || !directory.has(SURVIVOR_ID)) return { kind: 'error', error: answer.error };
      return { kind: 'error', error: answer.error, beside: directory.get(SURVIVOR_ID) };
    }
  }
}
