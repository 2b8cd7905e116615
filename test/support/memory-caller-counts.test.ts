import { describe } from '@jest/globals';
import { describeCallerCountsPort } from '../functions/adapters/dynamodb/caller-counts-contract.ts';
import { MemoryCallerCounts } from './memory-caller-counts.ts';

describe('the counts of callers in memory', () => {
  const store = new MemoryCallerCounts();
  describeCallerCountsPort(() => store);
});
