import { isRefusedIdentity, isUnreachable } from '../aws-failure.ts';
import { CommandError } from '../exit-codes.ts';
import { KeyListError } from './key-list.ts';
import { KeysError } from './manage-keys.ts';

/** The end of the command after an error of its work. The SDK's error names no key's value. */
export function explainKeysFailure(error: unknown): unknown {
  if (error instanceof KeysError) return new CommandError('wrong', error.message, { cause: error });
  if (error instanceof KeyListError) return new CommandError('wrong', `The list: ${error.message}`, { cause: error });
  if (isUnreachable(error)) {
    return new CommandError('unreachable', `API Gateway does not answer. ${String(error)}`, { cause: error });
  }
  if (isRefusedIdentity(error)) {
    return new CommandError('not-allowed', `AWS refuses this identity. ${String(error)}`, { cause: error });
  }
  if (!('$metadata' in Object(error))) return error;
  const hint = 'Repeat the command: it goes on where it stopped.';
  return new CommandError('wrong', `API Gateway answered with an error: ${String(error)} ${hint}`, { cause: error });
}
