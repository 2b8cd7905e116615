import type { TableDescription } from '@aws-sdk/client-dynamodb';

/** The keys of the cache's table: those of `infra/cache-table.ts`. */
const CACHE_KEYS = 'pk HASH S, sk RANGE S';

/** Says which keys a table has, if they are not those that the cache needs. Otherwise undefined. */
export function describeWrongKeys({ KeySchema = [], AttributeDefinitions = [] }: TableDescription): string | undefined {
  const types = new Map(AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
  const keys = KeySchema.map(({ AttributeName: name, KeyType }) => `${name} ${KeyType} ${types.get(name)}`).join(', ');
  return keys === CACHE_KEYS ? undefined : `has the keys ${keys}; it must have ${CACHE_KEYS}`;
}
