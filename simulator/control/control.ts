import * as z from 'zod/mini';
import { isObject, parseJson } from '../../functions/customer/json/json.ts';
import { type Behaviour, changedBehaviour } from '../behaviour.ts';
import { DirectoryError } from '../customers/customer.ts';
import type { Fault } from '../faults/faults.ts';
import type { Counters } from '../journal.ts';
import type { SimulatedUpstream } from '../simulated-upstream.ts';
import { addedCustomer, changedDocument, placeOf } from './change.ts';
import { type CheckedCommand, CommandSchema } from './command.ts';

/** The state of the simulator, as the control endpoint gives it. */
export interface ControlState extends Behaviour {
  readonly counters: Counters;
  readonly faults: readonly Fault[];
  readonly customerCount: number;
}

/** Thrown if a command is wrong: the message says where and how. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** The parts that can be reset alone. */
export type ResetPart = 'everything' | 'faults' | 'counters';

/** Carries out a command. Carries out nothing of a command with a wrong form. @throws {ControlError} if it is wrong */
export function control(upstream: SimulatedUpstream, input: unknown): ControlState {
  const parsed = CommandSchema.safeParse(input, { error: z.locales.en().localeError });
  if (!parsed.success) throw new ControlError(describeIssues(parsed.error.issues));
  try {
    carryOut(upstream, parsed.data);
  } catch (error) {
    if (error instanceof DirectoryError) throw new ControlError(error.message, { cause: error });
    throw error;
  }
  return stateOf(upstream);
}

/** The problem of a command, and its place, in one line. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'the command'}: ${message}`).join('; ');
}

export function stateOf(upstream: SimulatedUpstream): ControlState {
  return {
    counters: upstream.journal.counters,
    faults: upstream.faults.list(),
    ...upstream.behaviour,
    customerCount: upstream.directory.size,
  };
}

/** Sets a part back to the start. */
export function reset(upstream: SimulatedUpstream, part: ResetPart): ControlState {
  if (part === 'faults') upstream.faults.clear();
  else if (part === 'counters') upstream.journal.reset();
  else upstream.reset();
  return stateOf(upstream);
}

/** Reads the JSON of a command. The numbers of a `patch` keep their digits. @throws {ControlError} if it is not JSON */
export function readCommand(text: string): unknown {
  try {
    const command: unknown = JSON.parse(text);
    const exact = parseJson(text);
    if (!isObject(exact) || !isObject(exact.change) || exact.change.patch === undefined) return command;
    const { change } = command as { change: object };
    return { ...(command as object), change: { ...change, patch: exact.change.patch } };
  } catch (error) {
    throw new ControlError('The body is not JSON.', { cause: error });
  }
}

function carryOut(upstream: SimulatedUpstream, command: CheckedCommand): void {
  const { directory } = upstream;
  const { add, change, reassign, merge } = command;
  if (command.fault !== undefined) upstream.faults.add(command.fault);
  upstream.behaviour = changedBehaviour(upstream.behaviour, command);
  if (command.revokeTokens) upstream.credentials.revokeTokens();
  if (command.credentials !== undefined) {
    upstream.credentials.change(command.credentials.basic, command.credentials.oauth);
  }
  if (add !== undefined) directory.put(addedCustomer(add));
  if (change !== undefined) directory.change(change.id, (document) => changedDocument(document, change));
  if (reassign !== undefined) directory.reassign(placeOf(reassign), reassign, reassign.to);
  if (merge !== undefined) directory.merge(merge.from, merge.into);
  if (command.erase !== undefined) directory.erase(command.erase);
}
