/** The source of the stores. It has no accounts. v1.1's look-ups have this source (contract §1). */
export const INSTORE = 'INSTORE';

/** The source of look-ups in every source. */
export const EVERY_SOURCE = 'ALL';
