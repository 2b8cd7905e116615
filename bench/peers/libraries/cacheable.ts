import type { UseLibrary } from '../library.ts';

interface CacheableLibrary {
  readonly Cacheable: new (
    options: object,
  ) => { getOrSet(key: string, ask: () => Promise<string>, options: object): Promise<string | undefined> };
  readonly KeyvDynamo: new (options: object) => unknown;
}

/** cacheable, with its memory before DynamoDB. */
export const cacheable: UseLibrary = ({ library, dynamoDb, freshSeconds, ask }) => {
  const { Cacheable, KeyvDynamo } = library as unknown as CacheableLibrary;
  const cache = new Cacheable({ secondary: new KeyvDynamo({ ...dynamoDb, tableName: 'keyv' }) });
  return async (key) => {
    const text = await cache.getOrSet(key, () => ask(key), { ttl: `${freshSeconds}s`, throwErrors: true });
    if (text === undefined) throw new Error('There is no answer.');
    return text;
  };
};
