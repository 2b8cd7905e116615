/** The source of the stores. It has no accounts, and v1.1's look-ups are filed under it (contract §1). */
export const INSTORE = 'INSTORE';

/** The source of look-ups in every source. */
export const EVERY_SOURCE = 'ALL';
