import { toCustomerId } from '../../customer/identifier/customer-id.ts';
import { MAX_TEXT_LENGTH } from '../../customer/identifier/plain-text.ts';
import type { JsonObject } from '../../customer/json/json.ts';
import { customerIdsOf } from './event-customers.ts';
import { type EventIdentifier, identifiersOf } from './event-identifiers.ts';
import { type EventKind, kindOf } from './event-name.ts';
import { objectsOf } from './event-objects.ts';
import { DEFAULT_SOURCE } from './event-source.ts';

/** The parts of an event notification that matter to the cache (upstream notes §5). */
export interface CapillaryEvent extends EventKind {
  /** The id of every customer that it names, in its one spelling. A merge names two customers. */
  readonly customerIds: readonly string[];
  /** Every identifier that it names. A customer's id is here only under a source other than INSTORE. */
  readonly identifiers: readonly EventIdentifier[];
}

/** The longest identifier, with the spaces around it. A longer value is not read. UTF-16 code units. */
const MAX_VALUE_LENGTH = 4 * MAX_TEXT_LENGTH;

/** Reads an event in any of its envelopes. */
export function readCapillaryEvent(event: JsonObject): CapillaryEvent {
  const objects = objectsOf(event);
  const identifiers = objects.flatMap(identifiersOf).filter(({ value }) => value.length <= MAX_VALUE_LENGTH);
  const ids = [
    ...objects.flatMap(customerIdsOf),
    ...identifiers.filter(({ name }) => name === 'id').map(({ value }) => value),
  ];
  const others = identifiers.filter(({ name, source }) => name !== 'id' || source !== DEFAULT_SOURCE);
  return {
    ...kindOf(objects),
    customerIds: [...new Set(ids.map((text) => toCustomerId(text.trim())).filter((id) => id !== undefined))],
    identifiers: [
      ...new Map(others.map((each) => [JSON.stringify([each.source, each.name, each.value]), each])).values(),
    ],
  };
}
