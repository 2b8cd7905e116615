import { startEmbeddedDynamoDb } from '../../../../local/embedded-dynamodb.ts';
import { describeCacheStore } from './cache-store-contract.ts';

describeCacheStore('dynalite', () => startEmbeddedDynamoDb(undefined));
