import { toListedIdentifiers, wholeNumber } from '../../customer/identifier/listed-identifier.ts';
import type { Subject } from '../../customer/request/canonical-request.ts';
import type { IdentifierReading } from '../../customer/request/reading.ts';
import { EVERY_SOURCE } from '../../customer/request/sources.ts';
import type { CapillaryEvent } from './capillary-event.ts';
import type { EventIdentifier } from './event-identifiers.ts';
import { DEFAULT_SOURCE } from './event-source.ts';

/**
 * The subjects of the entries of an event's identifiers: each readable identifier, under its source and under ALL. A
 * customer's id is an identifier too: an entry "not found" for an id is in no customer's index.
 */
export async function subjectsOf(
  { customerIds, identifiers }: CapillaryEvent,
  reading: IdentifierReading,
): Promise<readonly Subject[]> {
  const ids = customerIds.map((value): EventIdentifier => ({ source: DEFAULT_SOURCE, name: 'id', value }));
  const subjects = await Promise.all([...ids, ...identifiers].map((each) => toSubjects(each, reading)));
  return subjects.flat();
}

/** In an event any identifier may be a number. To invalidate too much is harmless. */
async function toSubjects({ source, name, value }: EventIdentifier, reading: IdentifierReading): Promise<Subject[]> {
  const read = await Promise.all(
    [value, ...wholeNumber(value)].map((spelling) => toListedIdentifiers(name, spelling, reading)),
  );
  return read.flat().flatMap((identifier) => [
    { source, identifier },
    { source: EVERY_SOURCE, identifier },
  ]);
}
