import type { TableDescription } from '@aws-sdk/client-dynamodb';

type Keys = Pick<TableDescription, 'AttributeDefinitions' | 'KeySchema'>;

/** The keys of the cache's table: those of `infra/cache-table.ts`. */
export const TABLE_KEYS: Keys = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
};

/** Says which keys a table has, if they are not those that the cache needs. Otherwise undefined. */
export function describeWrongKeys(table: Keys): string | undefined {
  const [keys, needed] = [textOf(table), textOf(TABLE_KEYS)];
  return keys === needed ? undefined : `has the keys ${keys}; it must have ${needed}`;
}

/** Such as `pk HASH S, sk RANGE S`. */
function textOf({ KeySchema = [], AttributeDefinitions = [] }: Keys): string {
  const types = new Map(AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
  return KeySchema.map(({ AttributeName: name, KeyType }) => `${name} ${KeyType} ${types.get(name)}`).join(', ');
}
