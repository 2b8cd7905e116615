import type { ListedKey } from './key-list.ts';
import { type Member, toMemberText } from './key-name.ts';
import type { KeyStore, StoredKey } from './key-store.ts';

/** Thrown if the request cannot be carried out. Nothing was changed then. The message never has a value. */
export class KeysError extends Error {
  override readonly name = 'KeysError';
}

/** The parts of the world that a change of keys uses. */
export interface KeyWork {
  readonly store: KeyStore;
  readonly makeValue: (className: string) => string;
  /** Stops after the present key. */
  readonly signal: AbortSignal;
}

/**
 * Makes sure that each member has a key. An enabled key counts, and is put into its plan if it is in none. So an
 * interrupted addition can be repeated.
 * @returns the newest enabled key of each member, with its value
 * @throws {KeysError} if a class has no plan
 */
export async function addKeys(members: readonly Member[], work: KeyWork): Promise<readonly ListedKey[]> {
  const there = await readThere(members, work);
  const byMember = Map.groupBy(there.stored, toMemberText);
  const wanted = members.map((each): ListedKey => {
    const own = byMember.get(toMemberText(each)) ?? [];
    const enabled = own.filter(({ isEnabled }) => isEnabled).toSorted(newestFirst)[0];
    if (enabled?.value !== undefined) return toListed(enabled, enabled.value);
    return nextKey(each, own, work);
  });
  await ensure(wanted, there, work);
  return wanted;
}

/**
 * Gives each member a successor of its key. Both are valid until the old one is disabled.
 *
 * @throws {KeysError} if a member has no key to succeed, or has a successor already
 */
export async function rotateKeys(members: readonly Member[], work: KeyWork): Promise<readonly ListedKey[]> {
  const there = await readThere(members, work);
  const byMember = Map.groupBy(there.stored, toMemberText);
  const wanted = members.map((each): ListedKey => {
    const own = byMember.get(toMemberText(each)) ?? [];
    const enabled = own.filter(({ isEnabled }) => isEnabled).length;
    const name = toMemberText(each);
    if (enabled === 0) throw new KeysError(`${name} has no enabled key to rotate; make one: keys add ${name}.`);
    if (enabled > 1) {
      throw new KeysError(`${name} has a successor already; first disable the old key: keys disable ${name} --old.`);
    }
    return nextKey(each, own, work);
  });
  await ensure(wanted, there, work);
  return wanted;
}

/**
 * Disables the keys of members.
 * @param onlyOld keeps the newest enabled key of each: this ends a rotation
 * @returns the disabled keys
 * @throws {KeysError} if a member has no key
 */
export async function disableKeys(
  members: readonly Member[],
  onlyOld: boolean,
  { store, signal }: Pick<KeyWork, 'store' | 'signal'>,
): Promise<readonly StoredKey[]> {
  const byMember = Map.groupBy(await store.keys(false), toMemberText);
  const doomed = members.flatMap((each) => {
    const own = byMember.get(toMemberText(each));
    if (own === undefined) throw new KeysError(`${toMemberText(each)} has no key.`);
    const enabled = own.filter(({ isEnabled }) => isEnabled).toSorted(newestFirst);
    return onlyOld ? enabled.slice(1) : enabled;
  });
  for (const { id } of doomed) {
    signal.throwIfAborted();
    await store.disable(id);
  }
  return doomed;
}

/**
 * Makes the keys of a list, with their values. It keeps existing keys, and puts them into their plan if they are in
 * none. It disables each key that the list has as disabled.
 * @returns the keys that were made
 * @throws {KeysError} if a class has no plan, or a key exists with another value
 */
export async function importKeys(keys: readonly ListedKey[], work: KeyWork): Promise<readonly ListedKey[]> {
  return ensure(keys, await readThere(keys, work), work);
}

/** The plans and keys of the deployment. */
interface There {
  /** The plans of the affected classes. */
  readonly plans: ReadonlyMap<string, string>;
  /** All keys, with their values. */
  readonly stored: readonly StoredKey[];
}

/** @throws {KeysError} if a class of these members has no plan */
async function readThere(members: readonly Member[], { store }: KeyWork): Promise<There> {
  return { plans: await plansOf(members, store), stored: await store.keys(true) };
}

/** Makes the missing ones of these keys. */
async function ensure(
  wanted: readonly ListedKey[],
  { plans, stored }: There,
  { store, signal }: KeyWork,
): Promise<readonly ListedKey[]> {
  const byName = new Map(stored.map((key) => [nameOf(key), key]));
  for (const key of wanted) {
    const known = byName.get(nameOf(key));
    if (known !== undefined && known.value !== key.value) {
      throw new KeysError(
        `${toMemberText(key)} (generation ${key.generation}) is there with another value. Nothing was changed.`,
      );
    }
  }
  const ownPlan = await store.ownPlan();
  const inOwnPlan = ownPlan === undefined ? new Set<string>() : await store.keysIn(ownPlan);
  const inPlan = new Map<string, ReadonlySet<string>>();
  for (const planId of new Set(plans.values())) inPlan.set(planId, await store.keysIn(planId));
  const made: ListedKey[] = [];
  for (const key of wanted) {
    signal.throwIfAborted();
    const planId = plans.get(key.className) ?? '';
    const known = byName.get(nameOf(key));
    const id = known?.id ?? (await store.create(key, key.value, key.isEnabled));
    if (known === undefined) made.push(key);
    else if (known.isEnabled && !key.isEnabled) await store.disable(id);
    if (!inPlan.get(planId)?.has(id) && !inOwnPlan.has(id)) await store.addTo(planId, id);
  }
  return made;
}

/** The plans of the classes of these members. */
async function plansOf(members: readonly Member[], store: KeyStore): Promise<ReadonlyMap<string, string>> {
  const plans = await store.plans();
  const missing = [...new Set(members.map(({ className }) => className))].filter((name) => !plans.has(name));
  if (missing.length === 0)
    return new Map([...plans].filter(([name]) => members.some((each) => each.className === name)));
  const known = plans.size === 0 ? 'it has no classes of callers' : `it has ${[...plans.keys()].join(', ')}`;
  throw new KeysError(`The deployment has no class ${missing.join(', ')}: ${known}. Nothing was changed.`);
}

/** The key that follows those that a member has. */
function nextKey(member: Member, own: readonly StoredKey[], { makeValue }: KeyWork): ListedKey {
  const generation = Math.max(0, ...own.map((key) => key.generation)) + 1;
  return { ...member, generation, isEnabled: true, value: makeValue(member.className) };
}

function newestFirst(left: StoredKey, right: StoredKey): number {
  return right.generation - left.generation;
}

function nameOf(key: Member & { readonly generation: number }): string {
  return `${toMemberText(key)}.${key.generation}`;
}

function toListed({ className, member, generation, isEnabled }: StoredKey, value: string): ListedKey {
  return { className, member, generation, isEnabled, value };
}
