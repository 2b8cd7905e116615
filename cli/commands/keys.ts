import { readFile, writeFile } from 'node:fs/promises';
import { type Context, defineCommand } from '../command.ts';
import { CommandError, type Exit, UsageError } from '../exit-codes.ts';
import { apiGatewayClient, apiGatewayKeys } from '../keys/api-gateway-keys.ts';
import { type ListedKey, readKeyList, writeKeyList } from '../keys/key-list.ts';
import { type Member, readMember, toMemberText } from '../keys/key-name.ts';
import type { KeyStore, StoredKey } from '../keys/key-store.ts';
import { makeValue } from '../keys/key-value.ts';
import { explainKeysFailure } from '../keys/keys-failure.ts';
import { addKeys, disableKeys, importKeys, type KeyWork, rotateKeys } from '../keys/manage-keys.ts';
import { flag, required, text, wholeNumber } from '../parameters.ts';

const DAY_MS = 86_400_000;

interface Options {
  readonly name: string | undefined;
  readonly file: string | undefined;
  readonly old: boolean;
  readonly days: number;
}

/** The effect of each action on the keys of a deployment. */
const ACTIONS: Readonly<Record<string, (options: Options, work: KeyWork, context: Context) => Promise<Exit>>> = {
  add: async ({ name }, work, context) => sayValues(await addKeys(await membersIn(name, context), work), context),
  list: async ({ name }, { store }, context) => sayKeys(select(await store.keys(false), name), context),
  disable: async ({ name, old }, work, context) =>
    sayKeys(
      (await disableKeys(await membersIn(name, context), old, work)).map((key) => ({ ...key, isEnabled: false })),
      context,
    ),
  rotate: async ({ name }, work, context) => sayValues(await rotateKeys(await membersIn(name, context), work), context),
  usage: async ({ name, days }, { store }, context) => sayUsage(store, name, days, context),
  export: async ({ name, file }, { store }, context) => exportKeys(select(await store.keys(true), name), file, context),
  import: async ({ file }, work, context) => {
    const wanted = readKeyList(file === undefined ? await context.readInput() : await readText(file));
    const made = await importKeys(wanted, work);
    const json = { made: made.length, known: wanted.length - made.length };
    context.output.say({ json, lines: [`${json.made} made, ${json.known} there already.`] });
    return 'ok';
  },
};

export const keys = defineCommand({
  name: 'keys',
  summary: 'make, list, disable and carry over the API keys of classes of callers',
  description:
    `ACTION is ${Object.keys(ACTIONS).join(', ')}. NAME is CLASS.MEMBER, such as tills.store-0042; several with commas between ` +
    'them, or - for one on each line of standard input. For list, usage and export it may be a CLASS alone, or absent: all keys. ' +
    'The keys are outside of the stack: any number of them, and they outlive it. add, rotate and export print values: they are ' +
    'secrets. A repeated add or import goes on where it stopped. It needs apigateway:GET, POST and PATCH on /apikeys and /usageplans.',
  arguments: {
    action: required({ value: 'ACTION', help: Object.keys(ACTIONS).join(', ') }),
    name: text({ value: 'NAME', help: 'CLASS.MEMBER, such as tills.store-0042' }),
  },
  options: {
    deployment: required({
      value: 'PREFIX',
      help: "what begins the names of the deployment's resources: lookaside-<environment>, or its prefix",
      environment: 'LOOKASIDE_DEPLOYMENT',
    }),
    old: flag({ help: 'disable: only the keys that have an enabled successor' }),
    days: wholeNumber({ from: 1, to: 90, standIn: 30 }, { value: 'N', help: 'usage: of so many days, today included' }),
    file: text({ value: 'FILE', help: 'export, import: a CSV file instead of standard output or input' }),
  },
  examples: [
    {
      line: 'keys add tills.store-0001,tills.store-0002 --deployment lookaside-production',
      does: 'Makes a key for each of two tills, and prints them as CSV.',
    },
    {
      line: 'keys rotate tills.store-0001 --deployment lookaside-production',
      does: 'Makes a successor. Both keys are valid until: keys disable tills.store-0001 --old',
    },
    {
      line: 'keys export --deployment lookaside-production --file keys.csv',
      does: 'Writes all keys with their values, for keys import in another region.',
    },
  ],
  run: async ({ action, deployment, ...options }, context) => {
    const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (run === undefined) {
      throw new UsageError(`ACTION is ${JSON.stringify(action)}; allowed is ${Object.keys(ACTIONS).join(', ')}.`);
    }
    const client = await apiGatewayClient(context.environment);
    try {
      const store = await apiGatewayKeys(client, deployment);
      const work = { store, makeValue: (className: string) => makeValue(className), signal: context.signal };
      return await context.progress.during(`Keys of ${deployment}`, () => run(options, work, context));
    } catch (error) {
      throw explainKeysFailure(error);
    } finally {
      client.destroy();
    }
  },
});

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
    throw new UsageError(`NAME is ${JSON.stringify(each)}; allowed is ${allowed}.`);
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

function sayKeys(keys: readonly StoredKey[], { output }: Context): Exit {
  const shown = keys.map(({ className, member, generation, isEnabled, id, createdAt }) => ({
    ...{ className, member, generation, isEnabled, id },
    ...(createdAt !== undefined && { createdAt: new Date(createdAt).toISOString() }),
  }));
  const lines = shown.map(({ isEnabled, generation, id, createdAt = '', ...key }) =>
    [toMemberText(key), generation, isEnabled ? 'enabled' : 'disabled', id, createdAt].join('  ').trimEnd(),
  );
  output.say({ json: { keys: shown }, lines: lines.length === 0 ? ['No key.'] : lines });
  return 'ok';
}

async function sayUsage(store: KeyStore, name: string | undefined, days: number, context: Context): Promise<Exit> {
  const now = context.now();
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const period = { from: day(now - (days - 1) * DAY_MS), to: day(now) };
  const plans = await store.plans();
  const byId = new Map(
    (await Promise.all([...plans.values()].map((plan) => store.usage(plan, period))))
      .flat()
      .map((each) => [each.keyId, each]),
  );
  const used = select(await store.keys(false), name).map(({ className, member, generation, id }) => {
    const { used: requests = 0, remaining } = byId.get(id) ?? {};
    return { className, member, generation, requests, ...(remaining !== undefined && { remaining }) };
  });
  context.output.say({
    json: { ...period, keys: used },
    lines: used.map(({ generation, requests, remaining, ...key }) => {
      const left = remaining === undefined ? '' : `, ${remaining} left`;
      return `${toMemberText(key)}  ${generation}  ${requests} requests${left}`;
    }),
  });
  return 'ok';
}

async function exportKeys(stored: readonly StoredKey[], file: string | undefined, context: Context): Promise<Exit> {
  const listed = stored.map(({ id: _, createdAt: __, value = '', ...key }): ListedKey => ({ ...key, value }));
  if (file === undefined) return sayValues(listed, context);
  try {
    // Only this user may read the file: the values are secrets. An existing file is not overwritten.
    await writeFile(file, `${writeKeyList(listed).join('\n')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new CommandError('wrong', `The file cannot be written; one that is there is kept. ${String(error)}`, {
      cause: error,
    });
  }
  context.output.say({ json: { exported: listed.length }, lines: [`${listed.length} keys written.`] });
  return 'ok';
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError('wrong', `The file cannot be read. ${String(error)}`, { cause: error });
  }
}
