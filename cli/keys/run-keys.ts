import { writeFile } from 'node:fs/promises';
import { wordsFor } from '../../functions/smoke/given-text.ts';
import type { Context } from '../command.ts';
import { counted } from '../counted.ts';
import { CommandError, type Exit, UsageError } from '../exit-codes.ts';
import { readTextFile } from '../read-text-file.ts';
import { apiGatewayClient, apiGatewayKeys } from './api-gateway-keys.ts';
import { KEY_ACTIONS, type KeyAction, readAction } from './key-actions.ts';
import { type ListedKey, readKeyList, writeKeyList } from './key-list.ts';
import { type Member, readMember, toMemberText } from './key-name.ts';
import type { KeyStore, StoredKey } from './key-store.ts';
import { makeValue } from './key-value.ts';
import { explainKeysFailure } from './keys-failure.ts';
import { addKeys, disableKeys, importKeys, type KeyWork, rotateKeys } from './manage-keys.ts';

const DAY_MS = 86_400_000;

const NO_KEY = 'No key.';

interface Options {
  readonly name: string | undefined;
  readonly file: string | undefined;
  readonly old: boolean;
  readonly days: number;
}

/** The effect of an action on the keys of a deployment. */
type Act = (work: KeyWork) => Promise<Exit>;

/** Each action. It reads all that the command line names, and then returns its effect: AWS is asked last. */
const ACTIONS: Readonly<Record<KeyAction, (options: Options, context: Context) => Promise<Act>>> = {
  add: async ({ name }, context) => {
    const members = await membersIn(name, context);
    return async (work) => sayValues(await addKeys(members, work), context);
  },
  list:
    async ({ name }, context) =>
    async ({ store }) =>
      sayKeys(select(await store.keys(false), name), context),
  disable: async ({ name, old }, context) => {
    const members = await membersIn(name, context);
    return async (work) => {
      const disabled = await disableKeys(members, old, work);
      return sayKeys(
        disabled.map((key) => ({ ...key, isEnabled: false })),
        context,
        old ? 'No older key was enabled: nothing was changed.' : 'No key was enabled: nothing was changed.',
      );
    };
  },
  rotate: async ({ name }, context) => {
    const members = await membersIn(name, context);
    return async (work) => sayValues(await rotateKeys(members, work), context);
  },
  usage:
    async ({ name, days }, context) =>
    ({ store }) =>
      sayUsage(store, name, days, context),
  export:
    async ({ name, file }, context) =>
    async ({ store }) =>
      exportKeys(select(await store.keys(true), name), file, context),
  import: async ({ file }, context) => {
    const text =
      file === undefined
        ? context.readInput()
        : readTextFile(file, { parameter: '--file', allowed: 'a CSV file of keys' });
    const wanted = readKeyList(await text);
    return async (work) => {
      const made = await importKeys(wanted, work);
      const json = { made: made.length, known: wanted.length - made.length };
      context.output.say({ json, lines: [`${json.made} made, ${json.known} there already.`] });
      return 'ok';
    };
  },
};

/** Works with the API keys of a deployment. */
export async function runKeys(
  { action: named, deployment, ...options }: Options & { readonly action: string; readonly deployment: string },
  context: Context,
): Promise<Exit> {
  const action = readAction(named);
  if (action === undefined) {
    throw new UsageError(`ACTION is ${wordsFor(named)}; allowed is ${KEY_ACTIONS.join(', ')}.`);
  }
  if (action === 'import' && options.file === undefined && context.canAsk) {
    throw new UsageError('--file is missing; give a CSV file of keys, or send it to standard input.');
  }
  try {
    return await workOn(deployment, await ACTIONS[action](options, context), context);
  } catch (error) {
    throw explainKeysFailure(error);
  }
}

async function workOn(deployment: string, act: Act, { environment, progress, signal }: Context): Promise<Exit> {
  const client = await apiGatewayClient(environment);
  try {
    const store = await apiGatewayKeys(client, deployment);
    return await progress.during(`Keys of ${deployment}`, () => act({ store, makeValue, signal }));
  } finally {
    client.destroy();
  }
}

/** The members that NAME names. @throws {UsageError} if it names none */
async function membersIn(name: string | undefined, { readInput }: Context): Promise<readonly Member[]> {
  if (name === undefined) throw new UsageError('NAME is missing; allowed is CLASS.MEMBER, such as tills.store-0042.');
  const texts = name === '-' ? (await readInput()).split(/\r?\n/) : name.split(',');
  const given = [...new Set(texts.map((each) => each.trim()).filter((each) => each !== ''))];
  if (given.length === 0)
    throw new UsageError('NAME names no member; allowed is CLASS.MEMBER, such as tills.store-0042.');
  return given.map((each) => {
    const member = readMember(each);
    if (member !== undefined) return member;
    const allowed = 'a class, a dot, and 1 to 60 letters, digits, - and _, such as tills.store-0042';
    throw new UsageError(`NAME is ${wordsFor(each)}; allowed is ${allowed}.`);
  });
}

/** The keys of a class, of a member, or all. */
function select<K extends Member>(all: readonly K[], name: string | undefined): readonly K[] {
  return name === undefined ? all : all.filter((key) => key.className === name || toMemberText(key) === name);
}

function sayValues(keys: readonly ListedKey[], { output }: Context): Exit {
  output.say({ json: { keys }, lines: writeKeyList(keys) });
  return 'ok';
}

/** @param none the line if there are no keys */
function sayKeys(keys: readonly StoredKey[], { output }: Context, none = NO_KEY): Exit {
  const shown = keys.map(({ className, member, generation, isEnabled, id, createdAt }) => ({
    className,
    member,
    generation,
    isEnabled,
    id,
    ...(createdAt !== undefined && { createdAt: new Date(createdAt).toISOString() }),
  }));
  const lines = shown.map(({ isEnabled, generation, id, createdAt = '', ...key }) =>
    [toMemberText(key), generation, isEnabled ? 'enabled' : 'disabled', id, createdAt].join('  ').trimEnd(),
  );
  output.say({ json: { keys: shown }, lines: lines.length === 0 ? [none] : lines });
  return 'ok';
}

async function sayUsage(store: KeyStore, name: string | undefined, days: number, context: Context): Promise<Exit> {
  const now = context.now();
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const period = { from: day(now - (days - 1) * DAY_MS), to: day(now) };
  const plans = [...(await store.plans()).values(), (await store.ownPlan()) ?? []].flat();
  const byId = new Map(
    (await Promise.all(plans.map((plan) => store.usage(plan, period)))).flat().map((each) => [each.keyId, each]),
  );
  const used = select(await store.keys(false), name).map(({ className, member, generation, id }) => {
    const { used: requests = 0, remaining } = byId.get(id) ?? {};
    return { className, member, generation, requests, ...(remaining !== undefined && { remaining }) };
  });
  const lines = used.map(({ generation, requests, remaining, ...key }) => {
    const left = remaining === undefined ? '' : `, ${remaining} left`;
    return `${toMemberText(key)}  ${generation}  ${counted(requests, 'request')}${left}`;
  });
  context.output.say({ json: { ...period, keys: used }, lines: lines.length === 0 ? [NO_KEY] : lines });
  return 'ok';
}

async function exportKeys(stored: readonly StoredKey[], file: string | undefined, context: Context): Promise<Exit> {
  const listed = stored.map(({ id: _, createdAt: __, value = '', ...key }): ListedKey => ({ ...key, value }));
  if (file === undefined) return sayValues(listed, context);
  try {
    // Only this user may read the file: the values are secrets. An existing file is not overwritten.
    await writeFile(file, `${writeKeyList(listed).join('\n')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new CommandError(
      'wrong',
      `The file cannot be written. An existing file is never overwritten. ${String(error)}`,
      {
        cause: error,
      },
    );
  }
  context.output.say({ json: { exported: listed.length }, lines: [`${counted(listed.length, 'key')} written.`] });
  return 'ok';
}
