/** How many look-ups one invocation may hold. */
export const MAX_LOOKUPS = 100;
