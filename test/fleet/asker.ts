import type { Fleet, Instance, RunningStore } from './running-fleet.ts';
import { type Reply, send } from './send.ts';

export type Parameters = Readonly<Record<string, string>>;
export type Headers = Readonly<Record<string, string>>;

const LOOKUP = '/v2/customers/lookup/customerDetails';

/** A customer of the simulator. */
export const SAMPLE: Parameters = { identifierName: 'mobile', identifierValue: '1234512345' };

let askedCount = 0;

/** A customer that the upstream does not know, and that no look-up has asked for. */
export function somebodyNew(): Parameters {
  askedCount += 1;
  return { identifierName: 'externalId', identifierValue: `unknown-${askedCount}` };
}

/** A customer that the upstream knows from now on, and that no look-up has asked for. */
export async function addCustomer({ control }: Pick<Fleet<RunningStore>, 'control'>): Promise<Parameters> {
  askedCount += 1;
  const externalId = `added-${askedCount}`;
  await control({ add: { id: `${7_300_000_000 + askedCount}`, identifiers: { externalId } } });
  return { identifierName: 'externalId', identifierValue: externalId };
}

/** Looks a customer up at an instance. */
export function lookUp({ url }: Instance, parameters: Parameters, headers: Headers = {}): Promise<Reply> {
  return send(`${url}${LOOKUP}?${new URLSearchParams({ source: 'INSTORE', ...parameters })}`, 'GET', headers);
}

/** Makes this number of look-ups at once, spread over instances. */
export function crowd(
  instances: readonly Instance[],
  size: number,
  parameters: Parameters | ((index: number) => Parameters),
  headers: Headers = {},
): Promise<Reply[]> {
  return Promise.all(
    Array.from({ length: size }, (_, index) =>
      lookUp(instanceAt(instances, index), typeof parameters === 'function' ? parameters(index) : parameters, headers),
    ),
  );
}

/** The instances in turn. */
export function instanceAt(instances: readonly Instance[], index: number): Instance {
  const instance = instances[index % instances.length];
  if (instance === undefined) throw new Error('no instance');
  return instance;
}

/** Makes this number of look-ups, one after the other. */
export async function repeat(times: number, ask: () => Promise<Reply>): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let n = 0; n < times; n += 1) replies.push(await ask());
  return replies;
}

/** Opens the connections of each instance, and lets it load and compile what a look-up runs. */
export async function warmUp(instances: readonly Instance[]): Promise<void> {
  for (let round = 0; round < 3; round += 1) await crowd(instances, 10 * instances.length, () => somebodyNew());
}
