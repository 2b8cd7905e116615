import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { lazily } from '../../functions/lookup/lazily.ts';
import type { Environment } from '../../functions/settings/settings.ts';
import { localAwsConfig } from '../../local/settings.ts';
import { ready } from '../aws-client.ts';
import { type KeyName, readKeyName, startOfNames, toKeyText } from './key-name.ts';
import type { Days, KeyStore, KeyUsage, StoredKey } from './key-store.ts';

/** The largest page of API Gateway. */
const PAGE = 500;
/** It accepts a few changes a second: the SDK slows down by itself when it is throttled. */
const THROTTLED = { maxAttempts: 6, retryMode: 'adaptive' } as const;

/** A client of API Gateway's own API, with the region and credentials of this shell; on this machine any will do. */
export async function apiGatewayClient(environment: Environment): Promise<APIGatewayClient> {
  const { APIGatewayClient } = await import('@aws-sdk/client-api-gateway');
  const endpoint = (environment.AWS_ENDPOINT_URL_API_GATEWAY ?? environment.AWS_ENDPOINT_URL)?.trim();
  const place = endpoint ? { endpoint, ...localAwsConfig(environment, endpoint) } : {};
  return ready(new APIGatewayClient({ ...THROTTLED, ...place }), 'API Gateway');
}

/** The keys of one deployment in API Gateway. @param deployment begins the names of its plans and keys */
export async function apiGatewayKeys(client: APIGatewayClient, deployment: string): Promise<KeyStore> {
  const sdk = await import('@aws-sdk/client-api-gateway');
  const start = startOfNames(deployment);

  /** The ids of the account's usage plans, by their names. The stack makes the plans, so they are listed once. */
  const planIds = lazily(async (): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    for await (const { items = [] } of sdk.paginateGetUsagePlans({ client, pageSize: PAGE }, {})) {
      for (const { id, name } of items) if (id && name) found.set(name, id);
    }
    return found;
  });

  async function plans(): Promise<ReadonlyMap<string, string>> {
    const ofClasses = [...(await planIds())].filter(([name]) => name.startsWith(start));
    return new Map(ofClasses.map(([name, id]) => [name.slice(start.length), id]));
  }

  async function keys(withValues: boolean): Promise<readonly StoredKey[]> {
    const found: StoredKey[] = [];
    const asked = { nameQuery: start, includeValues: withValues };
    for await (const { items = [] } of sdk.paginateGetApiKeys({ client, pageSize: PAGE }, asked)) {
      for (const { id, name = '', enabled = false, createdDate, value } of items) {
        const read = readKeyName(deployment, name);
        if (id === undefined || read === undefined) continue;
        found.push({
          ...read,
          id,
          isEnabled: enabled,
          createdAt: createdDate?.getTime(),
          value: withValues ? value : undefined,
        });
      }
    }
    return found.toSorted(byName);
  }

  async function keysIn(usagePlanId: string): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    for await (const { items = [] } of sdk.paginateGetUsagePlanKeys({ client, pageSize: PAGE }, { usagePlanId })) {
      for (const { id } of items) if (id !== undefined) ids.add(id);
    }
    return ids;
  }

  async function usage(usagePlanId: string, { from, to }: Days): Promise<readonly KeyUsage[]> {
    const found: KeyUsage[] = [];
    const asked = { usagePlanId, startDate: from, endDate: to };
    for await (const { items = {} } of sdk.paginateGetUsage({ client, pageSize: PAGE }, asked)) {
      for (const [keyId, days] of Object.entries(items)) {
        const used = days.reduce((sum, [ofDay = 0]) => sum + ofDay, 0);
        found.push({ keyId, used, remaining: days.at(-1)?.[1] });
      }
    }
    return found;
  }

  return {
    plans,
    ownPlan: async () => (await planIds()).get(deployment),
    keys,
    keysIn,
    usage,
    create: async (name: KeyName, value: string, enabled: boolean) => {
      const description = `Lookaside: a key of ${name.className}, made by npx lookaside keys`;
      const asked = { name: toKeyText(deployment, name), value, enabled, description };
      const { id } = await client.send(new sdk.CreateApiKeyCommand(asked));
      return id ?? '';
    },
    addTo: async (usagePlanId, keyId) => {
      await client.send(new sdk.CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    },
    disable: async (apiKey) => {
      const patchOperations = [{ op: 'replace', path: '/enabled', value: 'false' } as const];
      await client.send(new sdk.UpdateApiKeyCommand({ apiKey, patchOperations }));
    },
  };
}

function byName(left: StoredKey, right: StoredKey): number {
  const text = ({ className, member }: StoredKey) => `${className}.${member}`;
  return text(left).localeCompare(text(right), 'en') || left.generation - right.generation;
}
