/** The parameters that only some actions of `lookaside keys` take. */
interface Given {
  readonly name: string | undefined;
  readonly old: boolean;
  readonly file: string | undefined;
}

/** The actions of `lookaside keys`, in the order of the help. */
export const KEY_ACTIONS = ['add', 'list', 'disable', 'rotate', 'usage', 'export', 'import'] as const;
/** What `lookaside keys` can do. */
export type KeyAction = (typeof KEY_ACTIONS)[number];

/** The actions that take each parameter. */
const PARAMETERS: readonly {
  readonly of: keyof Given;
  readonly shown: string;
  readonly takenBy: readonly KeyAction[];
}[] = [
  { of: 'name', shown: 'NAME', takenBy: ['add', 'list', 'disable', 'rotate', 'usage', 'export'] },
  { of: 'old', shown: '--old', takenBy: ['disable'] },
  { of: 'file', shown: '--file', takenBy: ['export', 'import'] },
];

/** Why an action cannot have the given parameters; undefined: it can. */
export function explainUntaken(action: KeyAction, given: Given): string | undefined {
  const untaken = PARAMETERS.find(({ of, takenBy }) => (given[of] ?? false) !== false && !takenBy.includes(action));
  return untaken && `${untaken.shown} is not for ${action}; allowed is ${untaken.takenBy.join(', ')}.`;
}
