import type { Subject } from './canonical-request.ts';
import { EVERY_SOURCE, INSTORE } from './sources.ts';

/** The sources in which any customer may be registered: the stores, and every source together. */
const SHARED_SOURCES = [INSTORE, EVERY_SOURCE];

/**
 * The look-ups by the same identifier whose entries may be about the same customer: under its own source first, then
 * under INSTORE and under ALL. To void too much is harmless.
 */
export function relatedSubjects({ source, identifier }: Subject): readonly Subject[] {
  return [...new Set([source, ...SHARED_SOURCES])].map((each) => ({ source: each, identifier }));
}
