/**
 * Asks stores, one after the other, in a process of its own, by the client that a function has: told by the environment
 * where the store is. Prints what came of each as a line.
 */
import { DynamoDbCacheStore } from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { StoreUnavailableError } from '../../../../functions/lookup/ports.ts';

for (const url of process.argv.slice(2)) {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = url;
  const store = new DynamoDbCacheStore({ table: 'lookaside', timeoutMs: 2000 });
  try {
    await store.read({ partition: 'p', variant: 'v' });
    process.stdout.write('answered\n');
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    process.stdout.write(`${error.reason}\n`);
  }
}
