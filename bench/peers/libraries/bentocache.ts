import { GRACE_SECONDS, type LibraryWorld, type UseLibrary } from '../library.ts';

interface Bentocache {
  readonly bentostore: () => Store;
  readonly memoryDriver: (options: object) => unknown;
  readonly dynamoDbDriver: (options: object) => unknown;
  readonly BentoCache: new (
    options: object,
  ) => { getOrSet(options: { key: string; factory: () => Promise<string> }): Promise<string> };
}

interface Store {
  useL1Layer(driver: unknown): Store;
  useL2Layer(driver: unknown): Store;
}

function useBentocache({ library, dynamoDb, freshSeconds, ask }: LibraryWorld, hasMemory: boolean) {
  const { bentostore, memoryDriver, dynamoDbDriver, BentoCache } = library as unknown as Bentocache;
  const shared = dynamoDbDriver({ ...dynamoDb, table: { name: 'cache' } });
  const base = bentostore();
  const store = (hasMemory ? base.useL1Layer(memoryDriver({ maxItems: 100_000 })) : base).useL2Layer(shared);
  const bento = new BentoCache({
    default: 'cache',
    stores: { cache: store },
    ttl: `${freshSeconds}s`,
    grace: `${GRACE_SECONDS}s`,
    timeout: 0,
  });
  return (key: string) => bento.getOrSet({ key, factory: () => ask(key) });
}

/** bentocache, with DynamoDB alone. */
export const sharedOnly: UseLibrary = (world) => useBentocache(world, false);
/** bentocache, with its memory before DynamoDB. */
export const withMemory: UseLibrary = (world) => useBentocache(world, true);
