import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../functions/adapters/dynamodb/stored-item.ts';
import { partitionKey, projectionPart } from '../../functions/customer/request/cache-key.ts';
import type { Parameter } from '../../functions/customer/request/canonical-request.ts';
import { readSubject } from '../../functions/customer/v2/v2-subject.ts';
import { requestReading } from '../../functions/request-reading.ts';
import type { Settings } from '../../functions/settings/settings.ts';
import { type PeekedVariant, peekVariant } from './peeked-variant.ts';

/** The store's entries of an identifier. */
export interface Peeked {
  /** The time of the read, by the reader's clock. Epoch milliseconds. */
  readonly now: number;
  /** The name of the identifier, in the documented spelling. */
  readonly identifierName: string;
  readonly source: string;
  /** Whether look-ups by it are never stored: dual eligibility is on, and it is not the primary identifier. */
  readonly isNeverStored: boolean;
  /** Every variant: of both APIs, of every account and section, under each key secret. */
  readonly variants: readonly PeekedVariant[];
}

/**
 * Reads the table's entries of an identifier. It only reads the table: it asks no upstream, changes nothing, and counts
 * in no metric.
 *
 * @param parameters of the subject: source, accountId, identifierName, identifierValue
 * @throws {InvalidRequestError} if they name no identifier
 */
export async function peek(
  client: DynamoDBClient,
  settings: Settings,
  parameters: Iterable<Parameter>,
  now: () => number,
): Promise<Peeked> {
  const { cache, customer, freshness } = settings;
  const subject = await readSubject(parameters, requestReading(settings));
  const partitions = new Set(cache.keySecrets.map((secret) => partitionKey(subject, secret)));
  const items: Item[] = [];
  for (const partition of partitions) items.push(...(await readPartition(client, cache.table, partition)));
  const projections = Object.values(customer.profileFields).map(projectionPart);
  const readAt = now();
  const variants = items.map((item) => peekVariant(item, { windows: freshness, projections }, readAt));
  const { name } = subject.identifier;
  const isNeverStored = customer.primaryIdentifier !== undefined && customer.primaryIdentifier !== name;
  return { now: readAt, identifierName: name, source: subject.source, isNeverStored, variants };
}

async function readPartition(client: DynamoDBClient, table: string, partition: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :partition',
        ExpressionAttributeValues: { ':partition': { S: partition } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}
