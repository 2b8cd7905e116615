/** The fleet's DynamoDB, a process of its own: prints its address, and runs until it is ended. */
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';

const { url } = await startEmbeddedDynamoDb(undefined);
process.stdout.write(`DynamoDB at ${url}\n`);
