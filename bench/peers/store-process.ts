/** A DynamoDB in a process of its own, which counts its requests. It prints its address, and answers `count`. */
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { startCountingProxy } from '../counting-proxy.ts';
import { COUNT } from './child.ts';

const dynamoDb = await startEmbeddedDynamoDb(undefined);
const counting = await startCountingProxy(dynamoDb.url);
process.on('message', (message) => {
  if (message === COUNT) process.send?.(counting.requestCount);
});
process.stdout.write(`${counting.url}\n`);
