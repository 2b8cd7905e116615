import { describe } from '@jest/globals';
import { describeStorePort } from '../functions/adapters/dynamodb/store-port-contract.ts';
import { GatedCacheStore } from './gated-cache-store.ts';
import { MemoryCacheStore } from './memory-cache-store.ts';

// The fakes keep the real store's contract, so a result over them holds over the real store.

describe('the store in memory', () => {
  describeStorePort(() => new MemoryCacheStore());
});

describe('the gated store in memory', () => {
  describeStorePort(() => new GatedCacheStore());
});
