import type { CannedItem, OwnAnswers } from '../hit/canned-dynamodb.ts';

/** Later than any fence: the index is always the one that the purge has just fenced. Epoch milliseconds. */
const FENCED_AT = '99999999999999';

/** How many look-ups a purged customer has. */
const LOOKUPS = 2;

/**
 * DynamoDB's answers to a purge and to an event, the same at each call: whatever the customer, its index names the
 * partitions of the first two items. A partition lists the items that it has, although they were deleted.
 */
export const purgeAnswers: OwnAnswers = (operation, { Key, ExpressionAttributeValues = {} }, items) => {
  if (operation === 'GetItem' && Key?.pk.S.startsWith('customer#') === true) {
    const partitions = [...items].slice(0, LOOKUPS).map(partitionOf);
    return { Item: { ...Key, invalidatedAt: { N: FENCED_AT }, partitions: { SS: partitions } } };
  }
  if (operation === 'Query') {
    const partition = ExpressionAttributeValues[':partition']?.S;
    const listed = [...items].filter((item) => partitionOf(item) === partition);
    return { Items: listed.map(({ sk, version, customer }) => ({ sk, version, customer })) };
  }
  return operation === 'BatchWriteItem' ? { UnprocessedItems: {} } : undefined;
};

function partitionOf({ pk }: CannedItem): string {
  return (pk as { readonly S: string }).S;
}
