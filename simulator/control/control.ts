import { changedBehaviour } from '../behaviour.ts';
import { placeOf } from '../customers/customer.ts';
import type { SimulatedUpstream } from '../simulated-upstream.ts';
import { addedCustomer, changedDocument } from './change.ts';
import { CommandSchema } from './command.ts';
import { checked } from './read-command.ts';

/** The state of the simulator, as the control endpoint gives it. */
export type ControlState = ReturnType<typeof stateOf>;

/** The parts that can be reset alone. */
export type ResetPart = 'everything' | 'faults' | 'counters';

/** Carries out a command. Carries out nothing of a command with a wrong form. @throws {ControlError} if it is wrong */
export function control(upstream: SimulatedUpstream, input: unknown): ControlState {
  const command = checked(CommandSchema, input);
  const { fault, revokeTokens, credentials, add, change, reassign, merge, erase } = command;
  const { state } = upstream;
  const { directory } = state;
  if (fault !== undefined) state.faults.add(fault);
  state.behaviour = changedBehaviour(state.behaviour, command);
  if (revokeTokens) state.credentials.revokeTokens();
  if (credentials !== undefined) state.credentials.change(credentials);
  if (add !== undefined) directory.put(addedCustomer(add));
  if (change !== undefined) directory.change(change.id, (document) => changedDocument(document, change));
  if (reassign !== undefined) directory.reassign(placeOf(reassign), reassign, reassign.to);
  if (merge !== undefined) directory.merge(merge.from, merge.into);
  if (erase !== undefined) directory.erase(erase);
  return stateOf(upstream);
}

/** The state of the simulator at this moment. */
export function stateOf(upstream: SimulatedUpstream) {
  return {
    counters: upstream.journal.counters,
    faults: upstream.state.faults.list(),
    ...upstream.state.behaviour,
    customerCount: upstream.state.directory.all().length,
  };
}

/** Sets a part back to the start. */
export function reset(upstream: SimulatedUpstream, part: ResetPart): ControlState {
  if (part === 'faults') upstream.state.faults.clear();
  else if (part === 'counters') upstream.journal.reset();
  else upstream.reset();
  return stateOf(upstream);
}
