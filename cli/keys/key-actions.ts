import type { Texts } from '../command.ts';

/** The actions of `lookaside keys`, in the order of the help. */
export const KEY_ACTIONS = ['add', 'list', 'disable', 'rotate', 'usage', 'export', 'import'] as const;
/** What `lookaside keys` can do. */
export type KeyAction = (typeof KEY_ACTIONS)[number];

/** The actions that take each of the parameters that not every action takes. */
const PARAMETERS: readonly { readonly of: string; readonly shown: string; readonly takenBy: readonly KeyAction[] }[] = [
  { of: 'name', shown: 'NAME', takenBy: ['add', 'list', 'disable', 'rotate', 'usage', 'export'] },
  { of: 'old', shown: '--old', takenBy: ['disable'] },
  { of: 'days', shown: '--days', takenBy: ['usage'] },
  { of: 'file', shown: '--file', takenBy: ['export', 'import'] },
];

/** The action that a text names; undefined: it names none. */
export function readAction(text: string | undefined): KeyAction | undefined {
  return KEY_ACTIONS.find((known) => known === text);
}

/** Why the action of a command line cannot have its parameters; undefined: it can, or there is no such action. */
export function explainUntaken(texts: Texts): string | undefined {
  const action = readAction(texts.action);
  const untaken = action && PARAMETERS.find(({ of, takenBy }) => texts[of] !== undefined && !takenBy.includes(action));
  return untaken && `${untaken.shown} is not for ${action}; allowed is ${untaken.takenBy.join(', ')}.`;
}
