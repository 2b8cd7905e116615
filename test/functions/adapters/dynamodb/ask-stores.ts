/**
 * Asks stores, one after the other, in a process of its own, with the client of a function: the environment says where
 * the store is. Prints the result of each as a line. Arguments: the reader, and the stores' addresses.
 */
import { DynamoDbCacheStore } from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { StoreUnavailableError } from '../../../../functions/lookup/store-unavailable-error.ts';
import { readAwsEnvironment } from '../../../../functions/settings/aws-environment.ts';

const [reader, ...urls] = process.argv.slice(2);
for (const url of urls) {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = url;
  const store = new DynamoDbCacheStore({
    table: 'lookaside',
    timeoutMs: 2000,
    reader: reader === 'sdk' ? 'sdk' : 'direct',
    aws: readAwsEnvironment(process.env),
  });
  try {
    await store.read({ partition: 'p', variant: 'v' });
    process.stdout.write('answered\n');
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    process.stdout.write(`${error.reason}\n`);
  }
}
