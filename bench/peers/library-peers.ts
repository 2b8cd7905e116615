import { sharedOnly, withMemory } from './libraries/bentocache.ts';
import { cacheable } from './libraries/cacheable.ts';
import { powertools } from './libraries/powertools.ts';
import type { UseLibrary } from './library.ts';

/** The libraries that are measured, by the peer's name: the file that brings the library, and how it is used. */
export const LIBRARY_PEERS: Readonly<Record<string, { readonly file: string; readonly use: UseLibrary }>> = {
  'bentocache, DynamoDB': { file: 'bentocache', use: sharedOnly },
  'bentocache, memory and DynamoDB': { file: 'bentocache', use: withMemory },
  'cacheable, memory and DynamoDB': { file: 'cacheable', use: cacheable },
  'Powertools idempotency, asked again': { file: 'powertools', use: powertools },
};
