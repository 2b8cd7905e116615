/** What `lookaside keys` does with keys, in the order of the help. */
export const KEY_ACTIONS = ['add', 'list', 'disable', 'rotate', 'usage', 'export', 'import'] as const;
export type KeyAction = (typeof KEY_ACTIONS)[number];
