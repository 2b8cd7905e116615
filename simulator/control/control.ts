import { type Behaviour, changedBehaviour } from '../behaviour.ts';
import { placeOf } from '../customers/customer.ts';
import type { Fault } from '../faults/faults.ts';
import type { Counters } from '../journal.ts';
import type { SimulatedUpstream } from '../simulated-upstream.ts';
import { addedCustomer, changedDocument } from './change.ts';
import { CommandSchema, type ControlCommand } from './command.ts';
import { checked } from './read-command.ts';

/** The state of the simulator, as the control endpoint gives it. */
export interface ControlState extends Behaviour {
  readonly counters: Counters;
  readonly faults: readonly Fault[];
  readonly customerCount: number;
}

/** The parts that can be reset alone. */
export type ResetPart = 'everything' | 'faults' | 'counters';

/** Carries out a command. Carries out nothing of a command with a wrong form. @throws {ControlError} if it is wrong */
export function control(upstream: SimulatedUpstream, input: unknown): ControlState {
  carryOut(upstream, checked(CommandSchema, input));
  return stateOf(upstream);
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

function carryOut(upstream: SimulatedUpstream, command: ControlCommand): void {
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
