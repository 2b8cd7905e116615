/** How many look-ups one request, or one invocation, may hold. */
export const MAX_LOOKUPS = 100;
